"""Results written to a file or to standard output, in the formats of the API and in some that other tools read."""

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlencode

from sqlalchemy import Engine

from app.answering.streaming import Opened, Origin, Wanted, stream_parameters
from app.asking.parameters import read
from app.errors import NotAcceptable
from app.formats import Format, formats_of
from app.importing.exchange.exports import FORMATS as SHAPES
from app.resources.exports import RESOURCES
from app.settings import Settings

KINDS = {f"{kind}s": resource for kind, resource in RESOURCES.items()}


def open_export(
    engine: Engine, settings: Settings, kinds: str, ending: str, items: Sequence[tuple[str, str]]
) -> Opened:
    """The records of KINDS that the parameters ITEMS describe, to be written and closed. Raises ApiError."""
    resource = KINDS[kinds]
    formats = formats_for(resource.kind)
    if ending not in formats:
        raise NotAcceptable(ending, list(formats))
    format = formats[ending]
    asked = read(stream_parameters(resource, tuple(format.options)), items)
    query = f"?{urlencode(items, safe=',:/')}" if items else ""
    address = f"{settings.base_url}/v1/{kinds}.{ending}{query}"
    origin = Origin(settings.base_url, settings.cursor_secret, address)
    return Opened(engine, Wanted(resource, format, asked), origin)


def formats_for(kind: str) -> dict[str, Format]:
    """The formats that records of KIND are exported in, by name."""
    shapes = {name: one for name, one in SHAPES.items() if kind in one.kinds}
    return formats_of(kind) | shapes


def write_export(opened: Opened, file: BinaryIO) -> int:
    """Write what is OPENED to FILE; returns how many records it has."""
    file.writelines(opened)
    return opened.count


def write_file(opened: Opened, path: Path) -> int:
    """Write what is OPENED to PATH, where it appears when it is whole; returns how many records it has."""
    partial = path.with_name(path.name + ".part")
    try:
        with partial.open("wb") as file:
            count = write_export(opened, file)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return count
