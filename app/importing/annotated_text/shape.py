"""The one shape that every tool's annotated texts are read into: a text, marks on it, links between marks."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from app.importing.records import Skipped

Part = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Given:
    """A file as it was given: its NAME for people, its bytes, those of the files beside it; FAULT if it has none."""

    name: str
    data: bytes
    beside: Callable[[str], bytes | None] = lambda _name: None
    neighbours: Callable[[], list[str]] = list
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """Marked words.

    `parts` are in the text's order, in code points, each end exclusive; there are several where words between them are
    left out, none where the text is not at hand. A label may be finer after a colon (`NamedEntity:PER`). `words` are
    what the file itself says stands there.
    """

    id: str
    label: str
    parts: tuple[Part, ...]
    words: str | None = None
    prefix: str = ""
    suffix: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    line: int = 1

    @property
    def start(self) -> int:
        return self.parts[0][0] if self.parts else 0

    @property
    def end(self) -> int:
        return self.parts[-1][1] if self.parts else 0


@dataclass(frozen=True, slots=True)
class Link:
    """What joins the marks of these ids. Of an event and what fills one of its roles, the event is the source."""

    type: str
    source: str
    target: str
    line: int = 1


@dataclass(frozen=True, slots=True)
class AnnotatedText:
    """A text as one person (or nobody in particular) annotated it.

    `text` None is a text that the file does not have; `meta` is what else the file tells of it. `remarks` are what a
    reader had to find out or put right, for the report.
    """

    file: str
    line: int
    name: str
    text: str | None
    marks: tuple[Mark, ...] = ()
    links: tuple[Link, ...] = ()
    meta: Mapping[str, str] = field(default_factory=dict)
    annotator: str | None = None
    remarks: tuple[str, ...] = ()


class Unread(Skipped):
    """A whole file of which nothing could be read."""


Read = Iterator[AnnotatedText | Skipped]


class Unreadable(ValueError):
    """A file of which nothing can be read: LINE, and why."""

    def __init__(self, why: str, line: int = 1) -> None:
        self.line = line
        super().__init__(why)


def stem(name: str) -> str:
    """The file's name without its folder and its ending."""
    last = name.rpartition("/")[2]
    return last.rpartition(".")[0] or last
