"""The tables in this folder: CSV, after comment lines that name the source and the licence."""

import csv
from collections.abc import Iterator
from importlib.resources import files

# How many codes are remembered; there is no end to those that files may invent.
CACHED = 50_000


def table(name: str) -> Iterator[dict[str, str]]:
    """The rows of the table NAME (`cameo`), by column."""
    text = files(__package__).joinpath(f"{name}.csv").read_text(encoding="utf-8")
    yield from csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
