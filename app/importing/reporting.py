"""What an import did: rows read, records added, changed, unchanged, rows skipped and why; the bad rows in a file."""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from app.importing.records import Coded, Item, Skipped
from app.loading.writing import Report as Written

EXAMPLES = 5


class Rejects:
    """What is left out, in a CSV file at PATH that comes into being with the first row; without a path, nowhere."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._file: IO[str] | None = None

    def add(self, source: str, row: Skipped) -> None:
        """ROW of the file SOURCE was left out."""
        if self.path is None:
            return
        if self._file is None:
            self._file = self.path.open("w", encoding="utf-8", errors="backslashreplace", newline="")
            csv.writer(self._file).writerow(["file", "line", "why", "row"])
        csv.writer(self._file).writerow([source, row.line, row.why, row.row])

    def close(self) -> bool:
        """Whether there is a file; nothing more will come."""
        if self._file:
            self._file.close()
        return self._file is not None


class Report:
    """Counts of an import; bad rows go to the file REJECTS, which comes into being with the first of them."""

    def __init__(self, rejects: Path | None) -> None:
        self.rejects = Rejects(rejects)
        self.read = 0
        self.rejected = 0
        self.added: Counter[str] = Counter()
        self.changed: Counter[str] = Counter()
        self.unchanged: Counter[str] = Counter()
        self.reasons: dict[str, tuple[int, list[str]]] = {}
        self.remarks: dict[str, tuple[int, list[str]]] = {}
        self.notes: list[str] = []
        self.refusals: list[str] = []

    def wrote(self, source: str, items: Sequence[Item], written: Written) -> None:
        """ITEMS of SOURCE came in, and WRITTEN is what became of them."""
        self.read += sum(not isinstance(item, Skipped) for item in items)
        self.added.update(written.added)
        self.changed.update(written.changed)
        self.unchanged.update(written.unchanged)
        for item in items:
            for remark in item.remarks if isinstance(item, Coded) else ():
                _note(self.remarks, remark, f"{source}:{item.line}")

    def skipped(self, source: str, row: Skipped) -> None:
        """A ROW of SOURCE was left out."""
        self.read += 1
        self.rejected += 1
        _note(self.reasons, row.why, f"{source}:{row.line}")
        self.rejects.add(source, row)

    def refused(self, why: str) -> None:
        """A whole file was not read, or not to its end."""
        self.refusals.append(why)

    def resumed(self, source: str, items: int) -> None:
        """An earlier run left SOURCE after ITEMS."""
        self.notes.append(f"{source}: {items} rows were in already; went on from there")

    def close(self) -> None:
        """Nothing more will come."""
        self.rejects.close()

    def lines(self) -> Iterator[str]:
        """The report for a person."""
        yield f"read: {self.read} rows"
        for name in ("added", "changed", "unchanged"):
            counts: Counter[str] = getattr(self, name)
            told = ", ".join(f"{count} {kind}{'s' if count > 1 else ''}" for kind, count in counts.items() if count)
            yield f"{name}: {told or 'nothing'}"
        yield f"skipped: {self.rejected} rows"
        yield from _told(self.reasons)
        if self.remarks:
            yield f"to be looked at: {sum(count for count, _ in self.remarks.values())} rows"
            yield from _told(self.remarks)
        yield from self.notes
        yield from (f"refused: {why}" for why in self.refusals)
        if self.rejects.close():
            yield f"The skipped rows are in {self.rejects.path}."


def _note(found: dict[str, tuple[int, list[str]]], why: str, where: str) -> None:
    # What differs from row to row stands in the file of rejects; here, like reasons are one.
    reason = " ".join("#" if any(sign.isdigit() for sign in word) else word for word in why.split())
    count, examples = found.get(reason, (0, []))
    found[reason] = count + 1, examples if len(examples) == EXAMPLES else [*examples, where]


def _told(found: dict[str, tuple[int, list[str]]]) -> Iterator[str]:
    for reason, (count, examples) in sorted(found.items(), key=lambda one: -one[1][0]):
        more = ", ..." if count > len(examples) else ""
        yield f"  {count} x {reason} ({', '.join(examples)}{more})"
