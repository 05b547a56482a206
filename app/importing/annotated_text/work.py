"""An import of annotated texts under way: what is asked for, what came of it, and what it has met."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from app.importing.annotated_text.formats import TextFormat
from app.importing.annotated_text.mapping import Mapping
from app.importing.annotated_text.naming import Names
from app.importing.annotated_text.shape import Given, Unread
from app.importing.records import Skipped
from app.loading.annotated import Dataset
from app.loading.duplicates import Duplicate

BATCH = 50

Tell = Callable[[str, Skipped], None]
Watch = Callable[[float, int], None]


@dataclass
class TextReport:
    """What an import did: texts, records by what became of them, how much was skipped, and remarks with counts.

    `unread` counts files that could not be read, `passed` texts that an earlier import, which broke off, had brought
    in, `likely` new records that look like stored ones, the first of which are in `likeliest`. `marks` were read.
    """

    texts: int = 0
    marks: int = 0
    added: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    unchanged: Counter[str] = field(default_factory=Counter)
    removed: Counter[str] = field(default_factory=Counter)
    skipped: int = 0
    unread: int = 0
    passed: int = 0
    remarks: Counter[str] = field(default_factory=Counter)
    likely: int = 0
    likeliest: list[Duplicate] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class TextJob:
    """What is to be imported: the files `given`, of one format, by a mapping, into a data set.

    `tell` is called with everything that is skipped, `watch` after each batch with the number of files and texts done.
    """

    format: TextFormat
    given: Iterable[Given]
    mapping: Mapping
    dataset: Dataset
    tell: Tell = lambda _file, _skipped: None
    watch: Watch = lambda _files, _texts: None
    batch: int = BATCH


@dataclass
class Work:
    """An import under way: its job, the names that it has met, and its report; all is written as of one moment."""

    job: TextJob
    names: Names
    report: TextReport
    at: datetime
    # For each name, the file and the hash of the text that has it.
    names_given: dict[str, tuple[str, str]] = field(default_factory=dict)
    annotators: set[str | None] = field(default_factory=set)
    # How many files are done, with the share of the present one.
    taken: float = 0

    def skip(self, file: str, skipped: Skipped) -> None:
        """SKIPPED, in FILE, is left out."""
        self.report.skipped += 1
        self.report.unread += isinstance(skipped, Unread)
        self.job.tell(file, skipped)
