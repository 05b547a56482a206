"""Output of the coders PETRARCH and PETRARCH2: tab-separated events of six or more columns, without a header."""

import re
from collections.abc import Iterable, Iterator
from hashlib import blake2b

from app.importing.cells import Ids, on
from app.importing.crosswalks.cameo import cameo
from app.importing.crosswalks.plover import plover_of
from app.importing.parties import NOBODY, named_parties
from app.importing.records import Coded, Document, Item, Line, Skipped, Words
from app.importing.rows import skipped

FEWEST = 7
ISSUES = 4
# With an address, and all that can be asked for: two texts and two roots of actors, and the text of the event.
MOST = 13
_URL = re.compile(r"https?://\S+")


def read_output(lines: Iterable[Line]) -> Iterator[Item]:
    """The events of a file."""
    ids = Ids()
    for number, text in lines:
        if text.strip():
            yield _event(number, text, ids)


def _event(number: int, text: str, ids: Ids) -> Coded | Skipped:
    cells = [cell.strip() for cell in text.split("\t")]
    if len(cells) == FEWEST - 1:
        # The first coder has no cell for issues where there are none.
        cells.insert(ISSUES, "")
    if not FEWEST <= len(cells) <= MOST:
        return skipped(number, f"{len(cells)} cells; PETRARCH's output has {FEWEST - 1} to {MOST}", text)
    day, code = on(cells[0]), cameo(cells[3])
    if day is None or code is None:
        why = f"{cells[0]} is not a day of the calendar" if day is None else f"{cells[3]} is not a CAMEO code"
        return skipped(number, why, text)
    # The coder gives no ids. An event is known by what was coded, and from which sentences.
    key = ids.key(blake2b("\t".join(cells[:6]).encode("utf-8", "replace"), digest_size=8).hexdigest(), number, text)
    if isinstance(key, Skipped):
        return key
    acting, aimed = _names(cells)
    return Coded(
        number,
        key[0],
        code.type,
        day,
        sources=named_parties(cells[1], acting),
        targets=named_parties(cells[2], aimed),
        cameo=code.code,
        plover=plover_of(code.code),
        quad_class=code.quad_class,
        goldstein=code.score("gdelt"),
        originals={"cameo": code.code} | ({"petrarch_issues": cells[ISSUES]} if cells[ISSUES] else {}),
        evidence=_sentences(cells),
        remarks=key[1],
    )


def _names(cells: list[str]) -> tuple[str, str]:
    """What the text calls the actors, if the coder was asked: it comes first of what may be asked for."""
    asked = cells[FEWEST + bool(_URL.match(cells[6])) :]
    return (asked[0], asked[1]) if len(asked) > 1 else ("", "")


def _sentences(cells: list[str]) -> tuple[Words, ...]:
    """One piece of evidence for each sentence that the event was coded from."""
    urls = _URL.findall(cells[6])
    source = cells[7] if urls and len(cells) > FEWEST else "" if urls else cells[6]
    publisher = "" if source in NOBODY else source
    named = [id for id in cells[5].split(";") if id]
    addresses = urls if len(urls) == len(named) else [*urls[:1]] * len(named) or [""] * len(named)
    found = (_words(id, url, publisher) for id, url in zip(named, addresses, strict=True))
    return tuple(dict.fromkeys(found)) or tuple(Words(Document(url, url=url)) for url in urls)


def _words(id: str, url: str, publisher: str) -> Words:
    story, _, sentence = id.rpartition("_")
    at = int(sentence) if story and sentence.isascii() and sentence.isdigit() and len(sentence) < 6 else None  # noqa: PLR2004
    document = Document(story if at is not None else id, url=url or None, publisher=publisher or None)
    return Words(document, sentence=at)
