"""How far an import is: a bar on a terminal, a line now and then elsewhere."""

import io
import re
from dataclasses import dataclass

import pytest
from rich.console import Console

from app.importing import progress
from app.importing.progress import watching


@dataclass(frozen=True)
class _File:
    name: str
    size: int | None


def test_a_log_gets_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the items, how many a second, and the share of what is to be done, if that is known."""
    monkeypatch.setattr(progress, "QUIET_SECONDS", 0.0)
    console = Console(file=io.StringIO(), width=120)
    with watching(console, "texts") as watch:
        watch(_File("brat", 4), 1.5, 150)
        watch(_File("standard input", None), 0, 7)
    assert isinstance(console.file, io.StringIO)
    first, second = console.file.getvalue().splitlines()
    assert re.fullmatch(r"brat: 150 texts, \d+ a second, 38 %", first)
    assert re.fullmatch(r"standard input: 7 texts, \d+ a second", second)


def test_a_log_is_not_filled() -> None:
    """What is over before the first line is due leaves none."""
    console = Console(file=io.StringIO(), width=120)
    with watching(console) as watch:
        watch(_File("a.csv", 4), 4, 100)
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue() == ""


def test_a_terminal_gets_a_bar() -> None:
    """With the same figures and the time that is left; it is gone at the end."""
    console = Console(file=io.StringIO(), width=120, force_terminal=True)
    with watching(console, "texts") as watch:
        watch(_File("brat", 4), 1.5, 150)
    assert isinstance(console.file, io.StringIO)
    shown = console.file.getvalue()
    assert "brat" in shown
    assert re.search(r"150 texts, [\d,]+ a second", shown)
