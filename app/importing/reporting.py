"""The report of an import: rows read, records added, changed and unchanged, rows skipped and why; likely duplicates."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from app.importing.listing import LIKELY, REJECTED, Listing
from app.importing.records import Coded, Item, Passed, Skipped
from app.importing.sources import Source
from app.loading.duplicates import Duplicate
from app.loading.writing import Report as Written
from app.models import Dataset

EXAMPLES = 5
# How many kinds of reasons are reported, and how many are counted separately.
TOLD = 30
COUNTED = 1_000
OTHER = "for other reasons"


@dataclass(slots=True)
class Alike:
    """Rows with the same reason, or with reasons that differ only in numbers: the first reason, and where they are."""

    why: str
    several: bool = False
    count: int = 0
    where: list[str] = field(default_factory=list)

    def add(self, why: str, where: str) -> None:
        """Count one more row, which is at WHERE, for the reason WHY."""
        self.count += 1
        self.several |= why != self.why
        if len(self.where) < EXAMPLES:
            self.where.append(where)

    def __str__(self) -> str:
        like = ", or the like" if self.several else ""
        more = ", ..." if self.count > len(self.where) else ""
        return f"{self.count} x {self.why}{like} ({', '.join(self.where)}{more})"


class Kinds:
    """Reasons, with those that differ only in their numbers counted as one."""

    def __init__(self) -> None:
        self._found: dict[str, Alike] = {}

    def add(self, why: str, where: str) -> None:
        """Count one more row: WHERE it is, and WHY it is reported."""
        # Reasons that differ only in words with digits count as one here; the file of rejects has each in full.
        kind = " ".join("#" if any(sign.isdigit() for sign in word) else word for word in why.split())
        if kind not in self._found and len(self._found) >= COUNTED:
            kind = why = OTHER
        self._found.setdefault(kind, Alike(why)).add(why, where)

    def __len__(self) -> int:
        """How many kinds there are."""
        return len(self._found)

    @property
    def rows(self) -> int:
        """How many rows there are of all kinds."""
        return sum(alike.count for alike in self._found.values())

    def lines(self) -> Iterator[str]:
        """A line for each kind, the commonest first."""
        alike = sorted(self._found.values(), key=lambda one: -one.count)
        yield from (f"  {one}" for one in alike[:TOLD])
        if rest := alike[TOLD:]:
            yield f"  {sum(one.count for one in rest)} x for {len(rest)} reasons more"


class Report:
    """The counts of an import; rows that are left out go to the file REJECTS, and likely duplicates to DUPLICATES."""

    def __init__(self, rejects: Path | None, duplicates: Path | None = None) -> None:
        self.rejects = Listing(rejects, REJECTED)
        self.duplicates = Listing(duplicates, LIKELY)
        self.read = 0
        self.rejected = 0
        self.added: Counter[str] = Counter()
        self.changed: Counter[str] = Counter()
        self.unchanged: Counter[str] = Counter()
        self.reasons, self.remarks, self.passed = Kinds(), Kinds(), Kinds()
        self.notes: list[str] = []
        self.refusals: list[str] = []
        self.strange: list[Source] = []

    @contextmanager
    def of(self, source: Source) -> Iterator[None]:
        """While SOURCE is read: if it has rows and all of them are skipped, it is a strange one."""
        read, rejected = self.read, self.rejected
        yield
        if 0 < self.read - read == self.rejected - rejected:
            self.strange.append(source)

    def wrote(self, source: str, items: Sequence[Item], written: Written) -> None:
        """Note that ITEMS of SOURCE came in, and that WRITTEN is what became of them."""
        self.read += sum(not isinstance(item, Skipped) for item in items)
        self.added.update(written.added)
        self.changed.update(written.changed)
        self.unchanged.update(written.unchanged)
        # Every batch changes what the data set counts; that is told once, and not if it is new.
        if written.changed.get(Dataset.__tablename__):
            self.changed[Dataset.__tablename__] = 0 if self.added[Dataset.__tablename__] else 1
        for item in items:
            for remark in item.remarks if isinstance(item, Coded) else ():
                self.remarks.add(remark, f"{source}:{item.line}")
            if isinstance(item, Passed):
                self.passed.add(item.why, f"{source}:{item.line}")

    def skipped(self, source: str, row: Skipped) -> None:
        """Note that ROW of SOURCE was left out."""
        self.read += 1
        self.rejected += 1
        self.reasons.add(row.why, f"{source}:{row.line}")
        self.rejects.add(source, row.line, row.why, row.row)

    def likely(self, duplicates: Iterable[Duplicate]) -> None:
        """Note which new events look like those of other data sets."""
        for one in duplicates:
            self.duplicates.add(one.id, one.of, "; ".join(one.reasons))

    def refused(self, why: str) -> None:
        """Note that a file was not read, or not to its end."""
        self.refusals.append(why)

    def resumed(self, source: str, items: int) -> None:
        """Note that an earlier run left SOURCE after the first ITEMS."""
        self.notes.append(f"{source}: the first {items} were in already; resumed after them")

    @property
    def vain(self) -> bool:
        """Whether there were rows, but none came in."""
        return 0 < self.read == self.rejected

    def close(self) -> list[str]:
        """Close the files; where what is, for a person, as far as there is any."""
        found = self.rejects.close("skipped rows", "--rejects"), self.duplicates.close("likely ones", "--duplicates")
        return [where for where in found if where]

    def lines(self, unit: str = "rows") -> Iterator[str]:
        """The report for a person, of what is counted in UNIT."""
        yield f"read: {self.read} {unit}"
        for name in ("added", "changed", "unchanged"):
            counts: Counter[str] = getattr(self, name)
            told = ", ".join(f"{count} {kind}{'s' if count > 1 else ''}" for kind, count in counts.items() if count)
            yield f"{name}: {told or 'nothing'}"
        yield f"skipped: {self.rejected} {unit}"
        yield from self.reasons.lines()
        for told, found in (("to be looked at", self.remarks), ("with nothing to take", self.passed)):
            if found:
                yield f"{told}: {found.rows} rows"
                yield from found.lines()
        yield from self.notes
        yield from (f"refused: {why}" for why in self.refusals)
        if likely := self.duplicates.count:
            yield f"likely duplicates of events in other data sets, for you to look at and to merge: {likely}"
        yield from self.close()
