"""Finding the unit that a file counts its offsets in, and turning offsets into code points.

Tools written in Python count code points. Tools in a browser or in Java count UTF-16 units, of which an emoji has two,
and some count bytes of UTF-8. If a file says which words its marks cover, the unit is the one in which most marks cover
their words; otherwise, the one in which most marks begin and end at the edge of a word. Of a single text in a script
that does not part words the edges tell too little: a file that never says the words has one unit for all of its texts.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Literal

from app.importing.annotated_text.controls import replaced
from app.importing.annotated_text.shape import AnnotatedText, Link, Mark, Part, Read
from app.importing.records import Skipped

Unit = Literal["code points", "UTF-16 units", "bytes"]
UNITS: tuple[Unit, ...] = ("code points", "UTF-16 units", "bytes")
_BLANKS = re.compile(r"\s+")
_SHOWN = 60
# From here on are the scripts of East Asia.
_UNPARTED = "\u2e80"
# From here on are characters of two UTF-16 units.
_PAIRED = "\U00010000"
# So many may be parts of compounds.
_FEW = 3
BLANKED = "control characters became blanks"

Convert = Callable[[int], int | None]


def settled(read: AnnotatedText, unit: Unit, *, sure: bool = False) -> Read:
    """READ, whose offsets are as in the file, with offsets in code points. What cannot be placed is skipped.

    UNIT is what the tool counts in. If that is not SURE, another unit is taken if it fits better.
    """
    if read.text is None:
        for mark in read.marks:
            if mark.words is None:
                yield Skipped(mark.line, f"the mark {mark.id} has a position, but neither words nor a text", mark.id)
        yield from _linked(read, [mark for mark in read.marks if mark.words is not None])
        return
    chosen = unit if sure else _best([(read.text, read.marks)], unit)
    yield from _placing(read, read.text, chosen, unit, sure)


def settled_alike(reads: Sequence[AnnotatedText], unit: Unit) -> Read:
    """READS, which are all of one file and have texts, as `settled`, by the unit that fits them best together."""
    given = [(read, read.text or "") for read in reads]
    chosen = _best([(text, read.marks) for read, text in given], unit)
    for read, text in given:
        # What every unit counts alike is of the usual one.
        alike = text.isascii() or (chosen == "UTF-16 units" and max(text) < _PAIRED)
        yield from _placing(read, text, unit if alike else chosen, unit, False)


def _placing(read: AnnotatedText, whole: str, chosen: Unit, unit: Unit, sure: bool) -> Read:
    """READ, whose text is WHOLE and whose offsets count the CHOSEN unit, the usual one being UNIT."""
    convert = converter(whole, chosen)
    remarks = [*read.remarks, f"offsets count {chosen}"] if chosen != unit else [*read.remarks]
    kept = []
    for mark in read.marks:
        placed = _placed(whole, mark, convert, remarks)
        if isinstance(placed, Skipped):
            yield placed
        else:
            kept.append(placed)
    if not sure and _inside_words(whole, kept):
        remarks.append("most marks begin or end inside words: are these the offsets of this text?")
    text = replaced(whole)
    if text != whole:
        remarks.append(BLANKED)
    yield from _linked(replace(read, text=text, remarks=tuple(remarks)), kept)


def _linked(read: AnnotatedText, marks: Iterable[Mark]) -> Read:
    """READ with MARKS, and with the links between them."""
    marks = tuple(marks)
    known = Counter(mark.id for mark in marks)
    for key in (key for key, number in known.items() if number > 1):
        yield Skipped(read.line, f"{known[key]:,} marks have the id {key}; the last of them was taken", key)
    marks = tuple({mark.id: mark for mark in marks}.values())
    links: list[Link] = []
    for link in read.links:
        if missing := [end for end in (link.source, link.target) if end not in known]:
            yield Skipped(link.line, f"the link {link.type} names {' and '.join(missing)}, of which there is no mark")
        else:
            links.append(link)
    yield replace(read, marks=marks, links=tuple(links))


def _best(texts: Sequence[tuple[str, tuple[Mark, ...]]], usual: Unit) -> Unit:
    """The unit that fits TEXTS with their marks best together."""
    telling = [(text, marks) for text, marks in texts if not text.isascii()]
    fit = _edged if all(mark.words is None for _text, marks in telling for mark in marks) else worded
    others = [unit for unit in UNITS if unit != usual]
    # The first of equally good ones is taken.
    return max((usual, *others), key=lambda unit: sum(fit(text, marks, unit) for text, marks in telling))


def worded(text: str, marks: Iterable[Mark], unit: Unit) -> int:
    """How many of MARKS, whose offsets count UNIT, cover in TEXT the words that they say they do."""
    convert = converter(text, unit)
    given = (mark for mark in marks if mark.words is not None)
    return sum(same(mark.words or "", _covered(text, parts)) for mark in given if (parts := _parts(mark, convert)))


def _edged(text: str, marks: Iterable[Mark], unit: Unit) -> int:
    convert = converter(text, unit)
    ends = (_edge(text, place) for mark in marks for part in _parts(mark, convert) or ((-1, -1),) for place in part)
    return sum(ends)


def _edge(text: str, at: int) -> bool:
    """Whether a word begins or ends AT."""
    if not 0 <= at <= len(text):
        return False
    return at in (0, len(text)) or not (text[at - 1].isalnum() and text[at].isalnum())


def _inside_words(text: str, marks: Iterable[Mark]) -> bool:
    """Whether MARKS that do not say their words mostly begin or end inside words, in a script that parts these."""
    ends = [at for mark in marks if mark.words is None for part in mark.parts for at in part]
    inside = [at for at in ends if not _edge(text, at) and max(text[at - 1 : at + 1]) < _UNPARTED]
    return len(inside) >= _FEW and 2 * len(inside) >= len(ends)


def converter(text: str, unit: Unit) -> Convert:
    """A function from offsets in UNIT to code points of TEXT; None outside the text, or inside a character."""
    if unit == "code points" or text.isascii():
        return lambda at: at if 0 <= at <= len(text) else None
    if unit == "UTF-16 units" and max(text) < _PAIRED:
        return lambda at: at if 0 <= at <= len(text) else None
    sizes = (len(sign.encode("utf-16-le" if unit == "UTF-16 units" else "utf-8", "surrogatepass")) for sign in text)
    step = 2 if unit == "UTF-16 units" else 1
    table = {0: 0} | {size // step: place for place, size in enumerate(accumulate(sizes), 1)}
    return table.get


def _parts(mark: Mark, convert: Convert) -> tuple[Part, ...] | None:
    made = [(convert(start), convert(end)) for start, end in mark.parts]
    whole = [(start, end) for start, end in made if start is not None and end is not None and start <= end]
    return tuple(whole) if len(whole) == len(made) else None


def _covered(text: str, parts: Iterable[Part]) -> str:
    return " ".join(text[start:end] for start, end in parts)


def same(one: str, other: str) -> bool:
    """Whether these are the same words."""
    # Tools show line breaks as blanks, and some collapse blanks.
    return _BLANKS.sub(" ", one).strip() == _BLANKS.sub(" ", other).strip()


def _placed(text: str, mark: Mark, convert: Convert, remarks: list[str]) -> Mark | Skipped:
    """MARK in code points, without blanks at its ends. If its words are elsewhere, but only once, it is moved there."""
    parts = _parts(mark, convert)
    if not parts or (mark.words is not None and not same(mark.words, _covered(text, parts))):
        found = _found(text, mark)
        if found is None:
            return _misplaced(text, mark, parts)
        parts = (found,)
        remarks.append("offsets were wrong or missing, and found by the words")
    trimmed = tuple(part for part in (_trimmed(text, one) for one in sorted(parts)) if part[0] < part[1])
    if not trimmed:
        return Skipped(mark.line, f"the mark {mark.id} ({mark.label}) covers no words", _shown(mark))
    return replace(mark, parts=_merged(text, trimmed))


def _found(text: str, mark: Mark) -> Part | None:
    """The place of the words of MARK, if there is only one, by themselves or with the words around them."""
    for prefix, suffix in (("", ""), (mark.prefix, mark.suffix)):
        sought = f"{prefix}{mark.words or ''}{suffix}"
        if mark.words and text.count(sought) == 1:
            start = text.index(sought) + len(prefix)
            return start, start + len(mark.words)
    return None


def _misplaced(text: str, mark: Mark, parts: tuple[Part, ...] | None) -> Skipped:
    told = ";".join(f"{start}-{end}" for start, end in mark.parts) or "no place"
    if not mark.parts:
        why = f"the words of the mark {mark.id} ({mark.label}) are not in the text, or more than once"
    elif parts is None:
        why = f"the mark {mark.id} ({mark.label}) is at {told}, but the text has {len(text):,} characters"
    else:
        found = _covered(text, parts)[:_SHOWN]
        why = f"the mark {mark.id} ({mark.label}) is at {told}, where the text has {found!r}"
    return Skipped(mark.line, why, _shown(mark))


def _shown(mark: Mark) -> str:
    return f"{mark.id}\t{mark.label} {mark.parts}\t{mark.words or ''}"


def _trimmed(text: str, part: Part) -> Part:
    start, end = part
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def _merged(text: str, parts: Iterable[Part]) -> tuple[Part, ...]:
    """PARTS, which are sorted, with those joined between which TEXT has no words: brat parts marks at line breaks."""
    found: list[Part] = []
    for start, end in parts:
        if found and not text[found[-1][1] : start].strip():
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)


def words_of(text: str | None, mark: Mark) -> str:
    """The words that MARK covers in TEXT, or those that its file gives."""
    return mark.words or "" if text is None else _covered(text, mark.parts)
