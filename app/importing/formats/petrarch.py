"""PETRARCH: gold records in XML, sentence by sentence, and the coder's own tab-separated output without a header."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from app.dates import Span
from app.importing.cells import Ids, on
from app.importing.crosswalks.cameo import cameo
from app.importing.crosswalks.plover import plover, plover_of
from app.importing.formats import About, Format
from app.importing.parties import named_parties
from app.importing.petrarch_output import read_output
from app.importing.records import Coded, Document, Item, Line, Skipped, Spot, Words
from app.importing.rows import begun, skipped
from app.importing.spots import named_place

LONGEST = 2_000_000
SELF_CLOSED = "the sentence is closed at once (<Sentence .../>), and what belongs to it is outside: not well-formed"
_OPEN = re.compile(r"<Sentence(?=[\s>/])")
_CUT = re.compile(r"(?=<Sentence[\s>/])|(?<=</Sentence>)")
# The same event as PLOVER has it, as some files say in what is no XML.
_NOT_XML = re.compile(r"<PLEvent \{.*\}>")
_DECLARED = re.compile(r"<!(?:DOCTYPE|ENTITY)[^>]*>?")
_CLOSE = re.compile(r"</Sentence\s*>")
# Codings hold nothing, and PETRARCH's own reader does not ask that they are closed: whole files do not.
_UNCLOSED = re.compile(r"(<EventCoding\b[^<>]*[^<>/\s])\s*>(?!\s*</EventCoding\s*>)")


def read(lines: Iterable[Line]) -> Iterator[Item]:
    """The events of a file, of whichever of the two layouts."""
    first, source = begun(lines)
    yield from _gold(source) if first.lstrip()[:1] == "<" else read_output(source)


def _gold(lines: Iterable[Line]) -> Iterator[Item]:
    ids, number = Ids(), 0
    for number, text, why in _sentences(lines):
        if why:
            yield skipped(number, why, text)
            continue
        try:
            sentence = fromstring(_UNCLOSED.sub(r"\1/>", text))
        except (ParseError, DefusedXmlException, ValueError) as error:
            yield skipped(number, _not_xml(number, error), text)
            continue
        yield from _events(number, text, sentence, ids)
    if not number:
        yield Skipped(1, "there is no <Sentence> in the file")


def _not_xml(number: int, error: Exception) -> str:
    if isinstance(error, ParseError):
        line, column = error.position
        what = str(error).partition(":")[0]
        return f"XML that is not well-formed: {what} on line {number + line - 1}, column {column + 1}"
    return f"XML that is refused: {type(error).__name__}"


@dataclass(slots=True)
class _Open:
    """A sentence that has begun: its first line, the parts of it that came, and how long they are."""

    line: int
    parts: list[str] = field(default_factory=list)
    size: int = 0


def _sentences(lines: Iterable[Line]) -> Iterator[tuple[int, str, str]]:
    """The XML of each sentence with its line and, if it is broken, why; a broken one does not lose the others."""
    current: _Open | None = None
    for number, piece, why in _pieces(lines):
        if why:
            yield number, piece, why
            continue
        if _OPEN.match(piece):
            if current:
                yield current.line, "\n".join(current.parts), "the sentence is not closed before the next begins"
            current = _Open(number)
        if current is None:
            continue
        current.parts.append(piece)
        current.size += len(piece) + 1
        if _CLOSE.search(piece):
            whole = "\n".join(current.parts)
            yield current.line, whole, SELF_CLOSED if _closed_at_once(whole) else ""
            current = None
        elif current.size > LONGEST:
            yield current.line, "\n".join(current.parts), f"a sentence is longer than {LONGEST} characters"
            current = None
    if current:
        yield current.line, "\n".join(current.parts), "the file ends before the sentence does"


def _pieces(lines: Iterable[Line]) -> Iterator[tuple[int, str, str]]:
    """The lines, cut before and after each sentence; and what is not read, with the reason."""
    comment: list[int] = []
    for number, text in _without_comments(lines, comment):
        if _DECLARED.search(text):
            yield number, text, "document types are not read: neither entities nor anything from a network"
        for piece in _CUT.split(_NOT_XML.sub("", _DECLARED.sub("", text))):
            yield number, piece, ""
    if comment:
        yield comment[0], "", "a comment is opened and never closed; nothing after it was read"


def _closed_at_once(text: str) -> bool:
    return text.partition(">")[0].endswith("/")


def _without_comments(lines: Iterable[Line], opened: list[int]) -> Iterator[Line]:
    """The lines without comments, which may contain what looks like a sentence. OPENED has the line of an open one."""
    for number, text in lines:
        if not opened and "<!--" not in text:
            yield number, text
            continue
        kept: list[str] = []
        for piece in re.split(r"(<!--|-->)", text):
            if piece == "<!--":
                opened[:] = opened or [number]
            elif piece == "-->":
                opened.clear()
            elif not opened:
                kept.append(piece)
        yield number, "".join(kept)


def _events(number: int, text: str, sentence: Element, ids: Ids) -> Iterator[Coded | Skipped]:
    id, when = sentence.get("id", ""), on(sentence.get("date", ""))
    codings = sentence.findall(".//EventCoding")
    if when is None or not id:
        yield skipped(number, f"{sentence.get('date')} is not a day of the calendar (date)" if id else "no id", text)
        return
    key = ids.key(id, number, text)
    if isinstance(key, Skipped):
        yield key
        return
    coded = [one for one in codings if one.get("eventcode") or one.get("plover")]
    for coding in (one for one in codings if one not in coded):
        fault = coding.get("error")
        why = f"its coding is an error on purpose: {fault}" if fault else "it is coded as having no event"
        yield skipped(number, why, text)
    if not codings:
        yield skipped(number, "it has no coding", text)
    document = _document(key[0], sentence, when)
    for position, coding in enumerate(coded, start=1):
        told = _told(sentence, coding, position)
        event = _event(number, f"{key[0]}-{position}", when, coding, told)
        if event:
            event.place, event.evidence = _place(sentence), (_words(document, told),)
        yield event or skipped(number, f"{_code(coding)} is neither a CAMEO code nor a PLOVER event", text)


def _code(coding: Element) -> str:
    return coding.get("eventcode") or coding.get("plover") or ""


def _told(sentence: Element, coding: Element, position: int) -> dict[str, str]:
    """The words of CODING in the text, `eventtext`, `sourcetext` and `targettext`, as far as they are given."""
    wanted = coding.get("eid") or str(position)
    found = next((one for one in sentence.findall(".//EventText") if one.get("eid") == wanted), None)
    return {name: " ".join(text.split()) for name, text in found.items()} if found is not None else {}


def _event(number: int, key: str, when: Span, coding: Element, told: dict[str, str]) -> Coded | None:
    # Some have a label behind the code (130_threaten).
    cameo_code = cameo(coding.get("eventcode", "").strip().partition("_")[0])
    plover_code = plover(coding.get("plover", ""))
    code = cameo_code or plover_code
    if code is None:
        return None
    originals = {"cameo": cameo_code.code} if cameo_code else {}
    return Coded(
        number,
        key,
        code.type,
        when,
        sources=named_parties(coding.get("sourcecode", ""), told.get("sourcetext", "")),
        targets=named_parties(coding.get("targetcode", ""), told.get("targettext", "")),
        cameo=cameo_code.code if cameo_code else None,
        plover=plover_code.code if plover_code else plover_of(code.code),
        quad_class=code.quad_class,
        goldstein=cameo_code.score("gdelt") if cameo_code else None,
        originals=originals | ({"plover": coding.get("plover", "")} if plover_code else {}),
    )


def _place(sentence: Element) -> Spot | None:
    """Where it happened, as the text has it."""
    found = sentence.find("Location")
    name = " ".join((found.text or "").split()) if found is not None else ""
    return named_place(name) if name else None


def _document(key: str, sentence: Element, when: Span) -> Document:
    part = sentence.find("Text")
    # The text is wrapped by hand.
    text = " ".join("".join(part.itertext()).split()) if part is not None else ""
    return Document(key, publisher=sentence.get("source") or None, published=when, text=text or None)


def _words(document: Document, told: dict[str, str]) -> Words:
    """The words of the event, if they are given, or the whole sentence."""
    text, words = document.text, told.get("eventtext", "")
    if not text:
        return Words(document)
    if words and text.count(words) == 1:
        start = text.index(words)
        return Words(document, words, start, start + len(words))
    return Words(document, text, 0, len(text))


FORMAT = Format(
    name="petrarch",
    summary="PETRARCH: gold standard records in XML, or the coders' tab-separated output",
    read=read,
    about=About(
        title="PETRARCH records",
        publisher="Open Event Data Alliance",
        license="MIT",
        attribution="PETRARCH, Open Event Data Alliance and Parus Analytics",
        homepage="https://github.com/openeventdata/petrarch2",
    ),
    suffixes=(".xml", ".txt", ".tsv"),
    unit="codings",
)
