"""CSV files beside the report of an import, for what is too long for the report itself."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import IO

REJECTED = ("file", "line", "why", "row")
LIKELY = ("id", "of", "reasons")


class Listing:
    """Rows under HEADINGS, in a file at PATH, which is made with the first of them; nowhere without a path.

    If the file cannot be written, `fault` says why, and the import goes on. `count` is how many rows there were.
    """

    def __init__(self, path: Path | None, headings: Sequence[str]) -> None:
        self.path = path
        self.headings = headings
        self.fault: str | None = None
        self.count = 0
        self._file: IO[str] | None = None

    def add(self, *cells: object) -> None:
        """Add a row of CELLS."""
        self.count += 1
        if self.path is None or self.fault:
            return
        try:
            if self._file is None:
                self._file = self.path.open("w", encoding="utf-8", errors="backslashreplace", newline="")
                csv.writer(self._file).writerow(self.headings)
            csv.writer(self._file).writerow(cells)
        except OSError as error:
            self.fault = str(error)

    def close(self, what: str, option: str) -> str | None:
        """Close the file. Says to a person where WHAT is, if there is any; OPTION gives another file."""
        try:
            if self._file:
                self._file.close()
        except OSError as error:
            self.fault = str(error)
        if self.fault:
            return f"The {what} are in no file ({self.fault}): give another with {option}, and import again."
        return f"The {what} are in {self.path}." if self._file else None
