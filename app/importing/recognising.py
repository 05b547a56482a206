"""Which format a file is of: its beginning is read as each, and the one that finds most there is named.

For who gave another, or none that fits; nothing is imported by it.
"""

import io
import shlex
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, cast

from app.importing.formats import Format, formats
from app.importing.lines import lines_of
from app.importing.records import Skipped
from app.importing.sources import STDIN, Source, opened
from app.importing.unpacking import Unreadable

if TYPE_CHECKING:
    from app.importing.annotated_text.formats import TextFormat
    from app.importing.annotated_text.shape import Given

# Of a file of events so many bytes are read, of any so many items; a file of texts is in memory whole, if no longer.
BYTES = 1 << 20
ITEMS = 200
LONGEST_TEXT = 50_000_000
TOLD = 5


def advice(sources: Sequence[Source], asked: str) -> Iterator[str]:
    """What to type for the first of SOURCES, in which nothing of the format ASKED was found, where that is known."""
    for source in sources[:TOLD]:
        found, needs_mapping = recognised(source) or (asked, False)
        if found != asked:
            mapped = " --draft-mapping > mapping.yaml" if needs_mapping else ""
            path = shlex.quote(str(source.path))
            yield f"{source.name} reads as {found}: dragoman import {found} {path}{mapped}"


def recognised(source: Source) -> tuple[str, bool] | None:
    """The format that SOURCE is of, and whether it needs a mapping; None if it is of none, or cannot be read twice."""
    if source.path == STDIN:
        return None
    try:
        head = _head(source)
        events = _most({form.name: _items(form, head) for form in formats().values()})
        texts = None if events else _most(_marks(source))
    except (Unreadable, OSError):
        return None
    found = events or texts
    return (found, found == texts) if found else None


def _most(counted: dict[str, int]) -> str | None:
    # The first of equals stands.
    best = max(counted, key=lambda name: counted[name], default=None)
    return best if best and counted[best] > 0 else None


def _head(source: Source) -> bytes:
    with opened(source) as stream:
        return io.BufferedReader(stream).read(BYTES)


def _items(form: Format, head: bytes) -> int:
    """How many items FORM finds in HEAD, which begins a file."""
    stream = cast(io.RawIOBase, io.BytesIO(head))
    lines = (line for line in lines_of(stream, []) if not isinstance(line, Skipped))
    read = islice(form.read(lines), ITEMS)
    return sum(not isinstance(item, Skipped) for item in read)


def _marks(source: Source) -> dict[str, int]:
    """How many marks each tool's format finds in SOURCE."""
    # Here, for the readers of annotated texts take a second to start.
    from app.importing.annotated_text.formats import FORMATS  # noqa: PLC0415
    from app.importing.annotated_text.reading import given_of  # noqa: PLC0415

    if (source.size or 0) > LONGEST_TEXT:
        return {}
    given = given_of(source)
    return {form.name: _marked(form, given) for form in FORMATS.values()}


def _marked(form: "TextFormat", given: "Given") -> int:
    from app.importing.annotated_text.reading import texts_of  # noqa: PLC0415 - as above

    found = islice(texts_of(form, given), ITEMS)
    return sum(0 if isinstance(read, Skipped) else len(read.marks) for read in found)
