"""The shape that the annotated texts of every tool are read into: a text, marks on it, links between the marks."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from app.importing.records import Skipped

Part = tuple[int, int]
# The annotator of what people agreed on, which counts more than what one of them thought.
GROUND_TRUTH = "ground truth"


@dataclass(frozen=True, slots=True)
class Given:
    """A file that was given: its name for people, its bytes and those of files beside it. `fault` is what is wrong."""

    name: str
    data: bytes
    beside: Callable[[str], bytes | None] = lambda _name: None
    neighbours: Callable[[], list[str]] = list
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """Marked words.

    `parts` are their places in the order of the text, in code points, each end exclusive: several if there are words
    between them that are not marked, none if we do not have the text. A label may have a finer part after a colon
    (`NamedEntity:PER`). `words` are what the file itself says is there.
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
    """A link between the marks with these ids. From an event to what fills a role of it, the event is the source.

    `attributes` are what else is said of it, as pairs.
    """

    type: str
    source: str
    target: str
    line: int = 1
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class AnnotatedText:
    """A text as one person, or nobody in particular, annotated it.

    `text` is None if the file does not have it; `meta` is what else the file says about it, empty where it says more
    than words. `remarks` are what had to be guessed or corrected in reading, for the report. `shared` is what files of
    other annotators call the same text, where its name is one that it has in this file alone.
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
    shared: str | None = None


class Unread(Skipped):
    """A whole file of which nothing could be read."""


Read = Iterator[AnnotatedText | Skipped]


class Unreadable(ValueError):
    """A file of which nothing can be read: LINE, and why."""

    def __init__(self, why: str, line: int = 1) -> None:
        self.line = line
        super().__init__(why)


def stem(name: str) -> str:
    """NAME, of a file, without its folder and its ending."""
    last = name.rpartition("/")[2]
    return last.rpartition(".")[0] or last
