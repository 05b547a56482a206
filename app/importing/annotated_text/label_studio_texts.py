"""What Label Studio shows to be annotated: a plain text, a page of HTML, or a dialogue; and where its regions are.

Of a page, its text is counted without the tags, a `<br>` as one character. Regions of a dialogue say in which of its
turns they begin and end. Its speakers stand before their words, and are marks that are linked to these.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lxml.etree import HTMLParser

from app.importing.annotated_text.shape import Link, Mark, Part
from app.importing.annotated_text.units import UNITS, converter, same

# Tags that part what is before and after them, as lines do.
_BLOCK = re.compile("article|aside|blockquote|d[dlt]|div|footer|h[1-6r]|header|li|nav|ol|p|pre|section|t[dhr]|table|ul")
_UNSEEN = frozenset({"script", "style"})
_SPEAKERS = ("author", "speaker", "name", "role")


@dataclass(frozen=True, slots=True)
class Shown:
    """A text, the place in it of a region's value (None if it has none), and what is marked in it from the start."""

    text: str
    place: Callable[[dict[str, Any]], Part | None]
    marks: tuple[Mark, ...] = ()
    links: tuple[Link, ...] = ()


def shown(content: Any, values: Sequence[dict[str, Any]], line: int) -> Shown:
    """CONTENT, which is a text or the turns of a dialogue, as whoever marked the regions with VALUES saw it."""
    if isinstance(content, list):
        return _dialogue(content, line)
    paths = [isinstance(value.get("start"), str) for value in values]
    bare = content.strip()
    page = any(paths) if paths else bare.startswith("<") and bare.endswith(">")
    return _page(content) if page else Shown(content, lambda value: part_of(value, "start", "end"))


def is_dialogue(content: Any) -> bool:
    """Whether CONTENT is a list of objects with words."""
    return isinstance(content, list) and bool(content) and all(_words_key([one]) for one in content)


def in_dialogue(value: dict[str, Any]) -> bool:
    """Whether the VALUE of a region says in which turn of a dialogue it is, and not where in a page."""
    return "startOffset" in value and not str(value.get("start")).startswith("/")


def part_of(value: Any, start: str, end: str) -> Part | None:
    """The place that VALUE has under START and END, if it has one."""
    ends = (value.get(start), value.get(end)) if isinstance(value, dict) else (None, None)
    return (ends[0], ends[1]) if isinstance(ends[0], int) and isinstance(ends[1], int) else None


class _Page:
    """The text of a page as its parser meets it, with lines where it has blocks.

    `counted` and `places` are where each piece of text begins, as Label Studio counts and in the text.
    """

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.length = self.count = 0
        self.counted: list[int] = []
        self.places: list[int] = []
        self.begun = self.unseen = False

    def start(self, tag: str, _attributes: object) -> None:
        if tag == "body":
            self.begun = True
        elif tag in _UNSEEN:
            self.unseen = True
        elif tag == "br":
            self.data("\n")
        self._part(tag)

    def end(self, tag: str) -> None:
        if tag in _UNSEEN:
            self.unseen = False
        self._part(tag)

    def data(self, text: str) -> None:
        if self.begun and not self.unseen:
            self.counted.append(self.count)
            self.places.append(self.length)
            self.count += len(text)
            self._add(text)

    def close(self) -> None:
        """The page has ended."""

    def place(self, at: int) -> int:
        """Where in the text the character is that is counted as AT."""
        piece = bisect_right(self.counted, at) - 1
        return self.places[piece] + at - self.counted[piece]

    def _part(self, tag: str) -> None:
        if _BLOCK.fullmatch(tag) and self.parts and not self.parts[-1].endswith("\n"):
            self._add("\n")

    def _add(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)


def _page(html: str) -> Shown:
    page = _Page()
    parser = HTMLParser(target=page, encoding="utf-8", huge_tree=True)
    parser.feed(html.replace("\r\n", "\n").encode("utf-8", "replace"))
    parser.close()

    def place(value: dict[str, Any]) -> Part | None:
        counted = part_of(value.get("globalOffsets"), "start", "end")
        if counted is None or not 0 <= counted[0] < counted[1] <= page.count:
            return None
        return page.place(counted[0]), page.place(counted[1] - 1) + 1

    return Shown("".join(page.parts), place)


def _dialogue(turns: list[dict[str, Any]], line: int) -> Shown:
    words = _words_key(turns) or "text"
    speaker = next((key for key in _SPEAKERS if key != words and any(key in turn for turn in turns)), None)
    text, begins = "", []
    marks: list[Mark] = []
    links: list[Link] = []
    for number, turn in enumerate(turns):
        named = str(turn.get(speaker) or "").strip().rstrip(":") if speaker else ""
        said = str(turn.get(words) or "")
        begin = len(text) + (len(named) + 2 if named else 0)
        begins.append((begin, said))
        marks.append(Mark(f"utterance-{number}", "utterance", ((begin, begin + len(said)),), said, line=line))
        if named:
            marks.append(Mark(f"speaker-{number}", "speaker", ((len(text), len(text) + len(named)),), named, line=line))
            links.append(Link("speaker", f"utterance-{number}", f"speaker-{number}", line))
        text += f"{named}: {said}\n" if named else f"{said}\n"

    def place(value: dict[str, Any]) -> Part | None:
        inside = part_of(value, "startOffset", "endOffset")
        ends = [str(value.get(name)) for name in ("start", "end")]
        if inside is None or not all(one.isascii() and one.isdigit() and int(one) < len(begins) for one in ends):
            return None
        (first, said), (last, also) = (begins[int(one)] for one in ends)
        # Offsets count from where a turn begins, so their unit must be told here, by the words.
        found = []
        for unit in UNITS[:2]:
            start, end = converter(said, unit)(inside[0]), converter(also, unit)(inside[1])
            found += [(first + start, last + end)] if start is not None and end is not None else []
        marked = (part for part in found if same(str(value.get("text")), text[slice(*part)]))
        return next(marked, found[0] if found else None)

    return Shown(text, place, tuple(mark for mark in marks if mark.start < mark.end), tuple(links))


def _words_key(turns: Sequence[Any]) -> str | None:
    """The key of the words of TURNS: `text`, or the one whose values are longest."""
    found: dict[str, int] = {}
    for key, value in _texts(turns):
        found[key] = found.get(key, 0) + len(value)
    return "text" if "text" in found else max(found, key=lambda key: found[key], default=None)


def _texts(turns: Sequence[Any]) -> Iterator[tuple[str, str]]:
    for turn in turns:
        for key, value in (turn if isinstance(turn, dict) else {}).items():
            if isinstance(value, str):
                yield key, value
