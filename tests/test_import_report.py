"""The report of an import tells each reason once, by its first row, however many rows there are."""

import csv
from pathlib import Path

import pytest

from app.importing.records import Skipped
from app.importing.reporting import COUNTED, TOLD, Report
from tests.commands import run
from tests.gdelt_rows import row, rows
from tests.imports import importing_into


def test_reasons_that_differ_in_numbers_are_one() -> None:
    """The first is told as it is, and where some of the rows are."""
    report = Report(None)
    for line in range(1, 8):
        report.skipped("a.csv", Skipped(line, f"{line}/4/2001 is not a day"))
    report.skipped("a.csv", Skipped(9, "there is no id"))
    assert list(report.lines())[5:] == [
        "  7 x 1/4/2001 is not a day, or the like (a.csv:1, a.csv:2, a.csv:3, a.csv:4, a.csv:5, ...)",
        "  1 x there is no id (a.csv:9)",
    ]


def test_reasons_without_end_are_added_up() -> None:
    """A file of something else has as many as it has lines: what is held and what is told is bounded."""
    report = Report(None)
    for line in range(1, 3 * COUNTED):
        report.skipped("a.csv", Skipped(line, f"{'a' * line} is no type"))
    lines = list(report.lines())[5:]
    assert len(report.reasons) == COUNTED + 1
    assert len(lines) == TOLD + 1
    assert lines[0].startswith(f"  {2 * COUNTED - 1} x for other reasons (a.csv:{COUNTED + 1}, ")
    assert lines[-1] == f"  {COUNTED + 1 - TOLD} x for {COUNTED + 1 - TOLD} reasons more"


def test_rows_that_cannot_be_kept_stop_nothing(tmp_path: Path) -> None:
    """A container's folder may not be written to: the report says so, and what to do."""
    report = Report(tmp_path / "gone" / "rejects.csv")
    for line in (1, 2):
        report.skipped("a.csv", Skipped(line, "there is no id"))
    last = list(report.lines())[-1]
    assert (report.rejected, last.startswith("The skipped rows are in no file (")) == (2, True)
    assert "rejects.csv'): give another with --rejects" in last


@pytest.mark.parametrize(("text", "told"), [("", "is empty"), ("GLOBALEVENTID,SQLDATE,EventCode\n", "has no rows")])
def test_a_file_of_which_there_is_nothing_to_say_is_told(
    empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, told: str
) -> None:
    """Nobody has to wonder whether it was read."""
    monkeypatch.chdir(tmp_path)
    Path("a.csv").write_text(text, "utf-8")
    assert f"a.csv: the file {told}\n" in run("import", "gdelt-events", "a.csv", database_url=empty_url).stdout


def test_a_data_set_is_told_once(empty_url: str, tmp_path: Path) -> None:
    """However many batches add to it: as added by the first import, and as changed by the next."""
    with importing_into(empty_url, tmp_path) as world:
        reports = [world.bring("gdelt-events", *rows(count).splitlines(), batch=2) for count in (5, 5, 11)]
    told = [(one.added["dataset"], one.changed["dataset"]) for one in reports]
    assert told == [(1, 0), (0, 0), (0, 1)]


def test_events_like_those_of_other_data_sets_are_told(empty_url: str, tmp_path: Path) -> None:
    """In a file, with reasons: those of the same type, day and actors. Nothing is decided."""
    told, other = tmp_path / "likely.csv", {"Actor2Code": "FRA", "Actor2Name": "FRANCE", "Actor2CountryCode": "FRA"}
    events = [row(GLOBALEVENTID="7"), row(GLOBALEVENTID="8", **other), row(GLOBALEVENTID="9", SQLDATE="20190101")]
    with importing_into(empty_url, tmp_path) as world:
        world.bring("gdelt-events", row(), row(GLOBALEVENTID="1002"), duplicates=told)
        assert not told.exists(), "in the data set itself, ids tell what is the same"
        report = world.bring("gdelt-events", *events, dataset="again", duplicates=told)
        stored = world.bring("gdelt-events", *events, dataset="again", duplicates=tmp_path / "none.csv")
    likely = list(csv.DictReader(told.read_text("utf-8").splitlines()))
    assert [(one["id"][-1:], one["of"][-4:]) for one in likely] == [("7", "1001"), ("7", "1002")]
    assert "same type: visit; overlapping date: 2019-01-05/2019-01-05; same participant: " in likely[0]["reasons"]
    assert (report.added["event"], stored.unchanged["event"]) == (3, 3)
    assert "likely duplicates of events in other data sets, for you to look at and to merge: 2" in list(report.lines())
    assert not (tmp_path / "none.csv").exists()


@pytest.mark.parametrize(("text", "status"), [("a,b\n1,2\n", 1), ("", 0), (rows(3), 0), (rows(3) + "x\ty\n", 0)])
def test_an_import_in_vain_fails(
    empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, status: int
) -> None:
    """Where there were rows and none came in, who waits for the exit status hears of it."""
    monkeypatch.chdir(tmp_path)
    Path("a.csv").write_text(text, "utf-8")
    result = run("import", "gdelt-events", "a.csv", database_url=empty_url)
    assert result.exit_code == status, result.output
    assert ("No row came in" in result.stdout) == bool(status)
