"""GDELT's mentions and quotations: evidence that comes before or after its event, statements that nobody is given."""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.importing.formats.gdelt_events import COLUMNS as EVENTS
from app.importing.formats.gdelt_gkg import COLUMNS
from app.importing.formats.gdelt_mentions import COLUMNS as MENTIONS
from app.importing.records import Skipped
from tests.commands import run
from tests.gdelt_rows import URL, row
from tests.imports import World, importing_into, written
from tests.reading import read_text

OTHER = "https://other.example/story"


def mention(event: str = "1001", where: str = OTHER, sentence: str = "3", translated: str = "") -> str:
    cells = [event, "20190106101500", "20190107120000", "1", "other.example", where, sentence, "-1", "10", "20"]
    return "\t".join([*cells, "1", "80", "2000", "-1.5", translated, ""])


def gkg(quotations: str, extras: str = "", id: str = "20190107120000-4") -> str:
    cells = [""] * 27
    cells[0:5] = [id, "20190107120000", "1", "other.example", OTHER]
    cells[22], cells[26] = quotations, extras
    return "\t".join(cells)


def told_in(world: World, event: str = "gdelt:1001") -> list[str]:
    """The addresses of the articles that EVENT has evidence from."""
    return [one["article"]["source_url"] for one in world.get(f"/v1/events/{event}")["evidence"]]


@pytest.fixture
def world(seeded_url: str, tmp_path: Path) -> Iterator[World]:
    """A database with the seed, into which a test imports."""
    with importing_into(seeded_url, tmp_path) as made:
        yield made


@pytest.mark.parametrize("first", ["gdelt-events", "gdelt-mentions"])
def test_a_mention_finds_its_event(world: World, first: str) -> None:
    """Whichever file comes first; twice in one article is one piece of evidence, and the counts agree."""
    files = {"gdelt-events": [row()], "gdelt-mentions": [mention(), mention(sentence="5"), mention(where=URL)]}
    for name in sorted(files, key=lambda name: name != first):
        report = world.bring(name, *files[name])
        assert report.rejected == 0
    assert (report.added["event"], report.changed["event"]) == ((1, 0) if first == "gdelt-mentions" else (0, 1))
    assert sorted(told_in(world)) == sorted([URL, OTHER])
    event = world.get("/v1/events/gdelt:1001")
    assert event["counts"]["articles"] == event["counts"]["evidence"] == 2
    (article,) = (one["article"] for one in event["evidence"] if one["article"]["source_url"] == OTHER)
    assert world.get(f"/v1/articles/{article['id']}")["counts"]["events"] == 1


def test_a_mention_outlasts_a_change_of_its_event(world: World) -> None:
    """A row of the event that changed takes nothing away from it, and is one change, of nothing else."""
    world.bring("gdelt-events", row())
    world.bring("gdelt-mentions", mention())
    report = world.bring("gdelt-events", row(AvgTone="9"))
    assert sorted(told_in(world)) == sorted([URL, OTHER])
    assert report.changed == {"event": 1}
    again = world.bring("gdelt-events", row(AvgTone="9"))
    assert (again.changed, again.unchanged) == ({}, {"event": 1})


def test_mentions_again_change_nothing(world: World) -> None:
    """Neither before nor after their event came; the report says that they are in."""
    for lines in ([mention("77")], [mention("1001")]):
        world.bring("gdelt-events", row())
        first = world.bring("gdelt-mentions", *lines)
        before = written(world.engine)
        again = world.bring("gdelt-mentions", *lines)
        assert (first.added["mention"], first.unchanged["mention"]) == (1, 0)
        assert (again.added["mention"], again.unchanged["mention"]) == (0, 1)
        after = written(world.engine)
        assert {name: rows for name, rows in after.items() if name != "imported_file"} == {
            name: rows for name, rows in before.items() if name != "imported_file"
        }


@pytest.mark.parametrize("translated", ["", "srclc:ara;eng:GT-ARA 1.0"])
def test_mentions_may_have_lost_the_tabs_at_the_ends_of_lines(translated: str) -> None:
    """To an editor that takes blanks away there."""
    whole = mention(translated=translated)
    (found,) = read_text("gdelt-mentions", whole.rstrip("\t"))
    assert [found] == read_text("gdelt-mentions", whole)
    assert not isinstance(found, Skipped)


def test_every_row_of_mentions_is_counted(world: World) -> None:
    """One that says again what another of the file said is in already, whichever batch it comes in."""
    lines = [mention(), mention(sentence="5"), mention(), mention()]
    for batch in (1, 10):
        report = world.bring("gdelt-mentions", *lines, dataset=f"by-{batch}", batch=batch)
        assert (report.added["mention"], report.unchanged["mention"]) == (2, 2)


def test_the_language_of_a_translated_document(world: World) -> None:
    """Out of what GDELT says of the translation, as a BCP 47 tag."""
    world.bring("gdelt-mentions", mention(translated="srclc:ara;eng:GT-ARA 1.0"))
    (article,) = world.get("/v1/articles?dataset=gdelt") if world.get("/v1/datasets/gdelt") else []
    assert article["language"] == "ar"


def test_a_quotation_is_a_statement_of_nobody_named(world: World) -> None:
    """Its words with all their bars, its article with the title, and no speaker made up."""
    extras = (
        "<PAGE_PRECISEPUBTIMESTAMP>20190105083000</PAGE_PRECISEPUBTIMESTAMP><PAGE_TITLE>Peace &amp;  war</PAGE_TITLE>"
    )
    world.bring("gdelt-gkg", gkg("10|20||we will not | ever give in#90|7||never mind", extras))
    statement = world.get("/v1/statements/gdelt:20190107120000-4-s1")
    assert (statement["speaker"], statement["quote"]["text"]) == (None, "we will not | ever give in")
    assert statement["evidence"][0]["verified"] is False
    assert world.get("/v1/statements/gdelt:20190107120000-4-s2")["quote"]["text"] == "never mind"
    article = world.get(f"/v1/articles/{statement['article']['id']}")
    assert (article["title"], article["published"]["start"]) == ("Peace & war", "2019-01-05")
    assert statement["date"] == article["published"]
    assert article["counts"]["statements"] == 2


def test_a_bad_quotation_is_skipped(world: World) -> None:
    """By its line; the others of its row come in."""
    report = world.bring("gdelt-gkg", gkg("no bars#1|2||kept"), "too\tfew")
    assert (report.added["statement"], report.rejected) == (1, 2)


def test_a_quotation_may_have_the_sign_that_parts_them(world: World) -> None:
    """`#` begins the next one only before an offset and a length."""
    world.bring("gdelt-gkg", gkg("10|20||we march with #MeToo, in row #4#90|7||never mind"))
    told = [world.get(f"/v1/statements/gdelt:20190107120000-4-s{number}")["quote"]["text"] for number in (1, 2)]
    assert told == ["we march with #MeToo, in row #4", "never mind"]


def test_what_is_counted_is_named(empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row may have several quotations, each of which comes in or is skipped."""
    monkeypatch.chdir(tmp_path)
    Path("a.csv").write_text(gkg("10|20||we stay#90|7||never mind#95|2||") + "\n", "utf-8")
    told = run("import", "gdelt-gkg", "a.csv", database_url=empty_url).stdout
    assert told.startswith("read: 3 quotations and rows without one\n")
    assert "\nskipped: 1 quotations and rows without one\n" in told


def test_articles_without_a_quotation_are_counted(world: World) -> None:
    """Most have none: the report says so, and such a file is no file of another format."""
    report = world.bring("gdelt-gkg", gkg(""), gkg(""))
    assert (report.read, report.rejected, report.vain, report.strange) == (2, 0, False, [])
    told = ["with nothing to take: 2 rows", "  2 x an article without a quotation, which is what is taken of GKG"]
    assert [line.partition(" (")[0] for line in report.lines()][-2:] == told


def test_quotations_exported_with_a_header() -> None:
    """As a table of BigQuery comes: the header tells the column."""
    plain = gkg("10|20||we will not | ever give in#90|7||never mind")
    table = io.StringIO()
    rows = csv.writer(table)
    rows.writerows([["n", *COLUMNS], ["1", *plain.split("\t")]])
    assert [replace(one, line=1) for one in read_text("gdelt-gkg", table.getvalue())] == read_text("gdelt-gkg", plain)


@pytest.mark.parametrize("version", ["V2.1", "V2"])
def test_quotations_under_the_headings_of_the_codebook(version: str) -> None:
    """Which have the version before the name, as tables of R and pandas do."""
    of_the_codebook = {
        "SourceCommonName": "V2SOURCECOMMONNAME",
        "DocumentIdentifier": "V2DOCUMENTIDENTIFIER",
        "Extras": "V2EXTRASXML",
        **{name: f"{version}{name.upper()}" for name in ("DATE", "Quotations", "TranslationInfo")},
    }
    columns = [of_the_codebook.get(name, name) for name in COLUMNS]
    plain = gkg("10|20||never give in", "<PAGE_TITLE>War</PAGE_TITLE>")
    table = io.StringIO()
    csv.writer(table).writerows([columns, plain.split("\t")])
    read = read_text("gdelt-gkg", plain)
    assert [replace(one, line=1) for one in read_text("gdelt-gkg", table.getvalue())] == read
    assert read_text("gdelt-gkg", json.dumps(dict(zip(columns, plain.split("\t"), strict=True)))) == read


@pytest.mark.parametrize(
    ("format", "columns", "plain"),
    [("gdelt-gkg", COLUMNS, gkg("10|20||never give in")), ("gdelt-mentions", MENTIONS, mention())],
)
def test_documents_as_json_lines(format: str, columns: tuple[str, ...], plain: str) -> None:
    """As BigQuery writes tables."""
    record = dict(zip(columns, plain.split("\t"), strict=True))
    assert read_text(format, json.dumps(record)) == read_text(format, plain)


@pytest.mark.parametrize(
    ("format", "columns", "plain"),
    [
        ("gdelt-events", EVENTS, row(SOURCEURL="BBC Monitoring")),
        ("gdelt-mentions", MENTIONS, mention()),
        ("gdelt-gkg", COLUMNS, gkg("1|2||We yield")),
    ],
)
@pytest.mark.parametrize("time", [r"\1-\2-\3 10:15:00", r"\1-\2-\3T10:15:00Z", r"\2/\3/\1 10:15"])
def test_times_may_have_been_parsed(format: str, columns: tuple[str, ...], plain: str, time: str) -> None:
    """Tools that know dates write them with signs between; the day is the same."""
    table = io.StringIO()
    rewritten = [re.sub(r"^(\d{4})(\d\d)(\d\d)(\d{6})?$", time, cell) for cell in plain.split("\t")]
    csv.writer(table).writerows([columns, rewritten])
    assert [replace(item, line=1) for item in read_text(format, table.getvalue())] == read_text(format, plain)


def test_gkg_1_has_no_quotations() -> None:
    """The reason says so, instead of counting cells."""
    (skipped,) = read_text("gdelt-gkg", "20200705" + "\t" * 10)
    assert isinstance(skipped, Skipped)
    assert "GKG 1.0" in skipped.why
