"""`dragoman import`, `export-brat` and `export-w3c` of annotated texts, and the files of others if they are at hand."""

import csv
import gzip
import os
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import orjson
import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from app.database import open_engine
from app.importing.annotated_text.drafting import draft_mapping
from app.importing.annotated_text.formats import FORMATS
from app.importing.annotated_text.reading import texts_of
from app.importing.annotated_text.resuming import Position
from app.importing.annotated_text.shape import AnnotatedText, Given, Unread
from app.importing.annotated_text.storing import import_texts
from app.importing.annotated_text.units import settled
from app.importing.records import Skipped
from app.loading.annotated import Dataset
from app.loading.reading import read_file
from app.loading.values import NOT_AN_ID
from app.models import Actor, Article, Event, Place, Statement
from tests.annotated import SAMPLES, import_folder, job_of, mapping_for, read_all, texts_in
from tests.commands import run
from tests.conftest import SEED, client_of
from tests.helpers import load

GIVEN = os.environ.get("DRAGOMAN_SAMPLES")
# The folders of others' files, the format each is of, how many texts it has, and how many marks at least.
OTHERS = [
    ("brat", "brat", 33, 2_453),
    ("doccano", "doccano", 205, 9_059),
    ("prodigy", "prodigy", 447, 543),
    ("webanno_tsv3", "webanno-tsv", 39, 202),
    ("webanno_tsv3", "uima-cas", 37, 100),
    ("uima_cas", "uima-cas", 9, 17),
    ("w3c_web_annotation/correct", "w3c", 4, 5),
    ("hypothesis_api", "hypothesis", 1, 1),
]


@pytest.fixture
def url(empty_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """A database without data; rows that are left out go to the test's own folder."""
    monkeypatch.chdir(tmp_path)
    return empty_url


def test_a_folder_is_imported_by_the_mapping_that_it_drafts(url: str, tmp_path: Path) -> None:
    """--draft-mapping prints a mapping; with it the import tells what it made, what it skipped and where that is."""
    folder, mapping, rejects = SAMPLES / "prodigy", tmp_path / "m.yaml", tmp_path / "r.csv"
    drafted = run("import", "prodigy", str(folder), "--draft-mapping", database_url=url)
    assert drafted.exit_code == 0
    mapping.write_text(drafted.stdout, "utf-8")
    wanted = ("import", "prodigy", str(folder), "--mapping", str(mapping), "--rejects", str(rejects))
    result = run(*wanted, "--dataset", "desk", "--license", "CC0-1.0", "--attribution", "The desk", database_url=url)
    assert result.exit_code == 0, result.output
    assert "meeting.jsonl:2: was not accepted: its answer is reject" in result.output
    assert "added: 2 actors, 1 place, 1 article, 1 event, 1 statement" in result.output
    assert list(csv.reader(rejects.read_text("utf-8").splitlines())) == [
        ["file", "line", "why", "row"],
        [str(folder / "meeting.jsonl"), "2", "was not accepted: its answer is reject", "Not this one."],
    ]
    with client_of(url) as client:
        dataset = client.get("/v1/datasets/desk").json()["data"]
        assert (dataset["license"], dataset["attribution"]) == ("CC0-1.0", "The desk")
        assert dataset["counts"]["statements"] == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("import", "icews", ".", "--license", "  "), "--license is empty: it is printed with every answer"),
        (
            ("import", "brat", ".", "--mapping", "m.yaml", "--attribution", "\x1a"),
            "--attribution is empty: it is printed with every answer",
        ),
        (("import", "word", "."), "'word' is not a format. There are: acled"),
        (("import", "brat", "."), "brat needs a mapping: dragoman import brat PATH... --draft-mapping > mapping.yaml"),
        (
            ("import", "icews", ".", "--rejects", "/no/such/r.csv"),
            "--rejects /no/such/r.csv cannot be written: it is a folder, or its folder does not exist",
        ),
        (
            ("import", "icews", ".", "--duplicates", "/no/such/d.csv"),
            "--duplicates /no/such/d.csv cannot be written: it is a folder, or its folder does not exist",
        ),
        (
            ("import", "brat", ".", "--rejects", "/"),
            "--rejects / cannot be written: it is a folder, or its folder does not exist",
        ),
    ],
)
def test_a_wrong_command_says_what_to_do(url: str, arguments: tuple[str, ...], told: str) -> None:
    """What is wrong with the call is told in a line."""
    result = run(*arguments, database_url=url)
    assert result.exit_code == 1
    assert told in result.output


def test_a_wrong_mapping_is_told_with_its_line(url: str, tmp_path: Path) -> None:
    """Faults of the mapping file stop the import before anything is read."""
    (tmp_path / "m.yaml").write_text("labels:\n  P: {as: acter}\n", "utf-8")
    result = run("import", "brat", str(SAMPLES / "brat"), "--mapping", str(tmp_path / "m.yaml"), database_url=url)
    assert result.exit_code == 1
    assert "m.yaml:2: labels.P.as: is not allowed" in result.output


def test_a_data_set_keeps_what_is_known_of_it(url: str, tmp_path: Path) -> None:
    """A second import without options leaves licence and attribution; one that is loaded from a folder is refused."""
    (tmp_path / "m.yaml").write_text("language: en\n", "utf-8")
    wanted = ("import", "brat", str(SAMPLES / "brat"), "--mapping", str(tmp_path / "m.yaml"))
    run(*wanted, "--license", "CC0-1.0", "--attribution", "The desk", database_url=url)
    run(*wanted, database_url=url)
    with client_of(url) as client:
        dataset = client.get("/v1/datasets/brat").json()["data"]
    assert (dataset["license"], dataset["attribution"]) == ("CC0-1.0", "The desk")
    for asked in (wanted, ("import", "acled", str(tmp_path / "m.yaml"))):
        refused = run(*asked, "--dataset", "No Id", database_url=url)
        assert (refused.exit_code, f"--dataset 'No Id' {NOT_AN_ID}" in refused.output) == (1, True)
    load(url, SEED)
    refused = run(*wanted, "--dataset", "aleppo-2016", database_url=url)
    assert (refused.exit_code, "is loaded from a folder" in refused.output) == (1, True)


def test_archives_are_read_in_place(tmp_path: Path) -> None:
    """A zip of a folder and a packed file give what the folder gives; what is wrong with a file is told by its name."""
    with ZipFile(tmp_path / "all.zip", "w") as archive:
        for file in sorted((SAMPLES / "brat").iterdir()):
            archive.write(file, f"project/{file.name}")
        archive.writestr("../out.ann", "")
    with ZipFile(tmp_path / "cas.zip", "w") as archive:
        for file in sorted((SAMPLES / "uima-cas").iterdir()):
            archive.write(file, file.name)
    packed = tmp_path / "meeting.jsonl.gz"
    packed.write_bytes(gzip.compress((SAMPLES / "doccano" / "meeting.jsonl").read_bytes()))
    (tmp_path / "torn.jsonl.gz").write_bytes(packed.read_bytes()[:100])
    with ZipFile(tmp_path / "nested.zip", "w") as archive:
        archive.write(packed, "in/meeting.jsonl.gz")
        archive.write(tmp_path / "cas.zip", "in/cas.zip")
    (tmp_path / "link.jsonl").symlink_to("/etc/passwd")
    cases = [("all.zip", "brat", "brat"), ("cas.zip", "uima-cas", "uima-cas"), (packed.name, "doccano", "doccano")]
    cases += [("nested.zip", "doccano", "doccano")]
    for name, form, folder in cases:
        (inside,), (plain,) = texts_in(tmp_path / name, form), texts_in(SAMPLES / folder, form)
        assert (inside.text, inside.marks, inside.links) == (plain.text, plain.marks, plain.links)
        assert (inside.name, inside.remarks) == ("meeting", plain.remarks) or form == "doccano"
    told = {one.why for one in read_all(tmp_path, "doccano") if isinstance(one, Skipped)}
    assert any("link.jsonl is a link" in why for why in told)
    assert any(why.startswith("is broken off or damaged") for why in told)
    assert any("leads out of the archive" in one.why for one in read_all(tmp_path, "brat") if isinstance(one, Skipped))


def test_what_came_before_a_break_is_kept(tmp_path: Path) -> None:
    """Of a packed file that is broken off, where its texts stand apart; a text that goes over the break is told."""
    lines = b"".join(b'{"id": %d, "text": "%s"}\n' % (n, sha256(bytes(n)).hexdigest().encode()) for n in range(2_000))
    packed = gzip.compress(lines)
    (tmp_path / "torn.jsonl.gz").write_bytes(packed[: len(packed) // 2])
    found = read_all(tmp_path, "doccano")
    texts = [one.text for one in found if isinstance(one, AnnotatedText)]
    assert texts == [sha256(bytes(n)).hexdigest() for n in range(len(texts))]
    assert len(texts) > 500
    (broken, *_rest) = (one for one in found if isinstance(one, Skipped))
    assert (type(broken), broken.why.startswith("is broken off or damaged")) == (Unread, True)


def test_what_looks_like_a_record_that_is_there_is_told(url: str, tmp_path: Path) -> None:
    """The same text in a second data set: the article, and the event with its type, days and people."""
    (tmp_path / "m.yaml").write_text(mapping_for(SAMPLES / "brat", "brat"), "utf-8")
    wanted = ("import", "brat", str(SAMPLES / "brat"), "--mapping", str(tmp_path / "m.yaml"))
    assert "duplicates" not in run(*wanted, "--dataset", "one", database_url=url).output
    second = run(*wanted, "--dataset", "two", database_url=url).output
    assert "likely duplicates, for you to look at and to merge: 2" in second
    assert "two:meeting is like one:meeting: same text" in second
    assert "same type: meeting, overlapping date: 1998-09-04/1998-09-04, same participant: one:anna-arc" in second
    assert "duplicates" not in run(*wanted, "--dataset", "two", database_url=url).output


def test_brat_needs_a_file_with_its_text_beside(url: str, tmp_path: Path) -> None:
    """Standard input, or a file of another kind, is refused and not passed over."""
    (tmp_path / "m.yaml").write_text("language: en\n", "utf-8")
    (tmp_path / "notes.md").write_text("T1\tP 0 1\ta\n", "utf-8")
    for path in ("-", str(tmp_path / "notes.md")):
        result = run("import", "brat", path, "--mapping", str(tmp_path / "m.yaml"), database_url=url)
        assert (result.exit_code, "is not an .ann file" in result.output) == (1, True)


def test_a_path_that_is_not_there_is_told(url: str, tmp_path: Path) -> None:
    """What cannot be found is refused by its name, and the command fails."""
    (tmp_path / "m.yaml").write_text("language: en\n", "utf-8")
    result = run("import", "brat", "/no/such/place", "--mapping", str(tmp_path / "m.yaml"), database_url=url)
    assert "/no/such/place does not exist" in result.output
    assert (result.exit_code, "refused: 1 file that could not be read" in result.output) == (1, True)


def test_an_import_that_was_broken_off_says_where_it_goes_on(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next run tells how many texts were in; the one after that begins at the first again."""
    (tmp_path / "m.yaml").write_text("labels: {PERSON: {as: actor, kind: person}}\n", "utf-8")
    lines = (SAMPLES / "doccano" / "meeting.jsonl").read_bytes()
    (tmp_path / "many.jsonl").write_bytes(lines * 3)

    def broken(*_: object) -> None:
        raise KeyboardInterrupt

    wanted = ("import", "doccano", str(tmp_path / "many.jsonl"), "--mapping", str(tmp_path / "m.yaml"))
    with monkeypatch.context() as patched:
        patched.setattr(Position, "end", broken)
        assert run(*wanted, database_url=url).exit_code != 0
    resumed, again = run(*wanted, database_url=url), run(*wanted, database_url=url)
    assert "texts were in already; resumed after them" in resumed.output
    assert "were in already" not in again.output
    assert (resumed.exit_code, again.exit_code) == (0, 0)


def stored(url: str, table: type[Any]) -> dict[str, Any]:
    """The records of TABLE as they are served, without their history."""
    engine = open_engine(url)
    with engine.connect() as db:
        rows = db.execute(select(table.id, table.doc, table.parts)).all()
    engine.dispose()
    found = {row.id: {**orjson.loads(row.doc), **orjson.loads(row.parts)} for row in rows}
    history = ("revision", "created_at", "updated_at")
    return {key: {name: value for name, value in one.items() if name not in history} for key, one in found.items()}


def exported(form: str, url: str, folder: Path) -> tuple[int, str]:
    """How many articles were written to FOLDER, and the mapping beside them."""
    told = run(f"export-{form}", str(folder), database_url=url)
    assert told.exit_code == 0, told.output
    return int(told.stdout.split()[0]), (folder / "mapping.yaml").read_text("utf-8")


@pytest.mark.parametrize("form", ["brat", "w3c"])
def test_files_of_ours_read_back_the_same(seeded_url: str, empty_url: str, tmp_path: Path, form: str) -> None:
    """Every article of the seed goes out and comes back with the same events, statements and evidence."""
    bare, out = tmp_path / "bare", tmp_path / "out"
    (bare / "articles").mkdir(parents=True)
    for name in ("dataset", "actors", "places"):
        (bare / f"{name}.yaml").write_bytes((SEED / f"{name}.yaml").read_bytes())
    load(empty_url, bare)
    count, mapping = exported(form, seeded_url, out)
    dataset = Dataset.model_validate(read_file(SEED / "dataset.yaml", "dataset.yaml").content)
    target = open_engine(empty_url)
    report = import_texts(target, job_of(out, form, mapping, dataset))
    target.dispose()
    assert (report.texts, report.skipped, dict(report.remarks)) == (count, 0, {})
    for table in (Article, Event, Statement):
        assert stored(empty_url, table) == stored(seeded_url, table)


@pytest.mark.parametrize("form", ["brat", "w3c"])
def test_files_of_ours_bring_whom_they_name(seeded_url: str, empty_url: str, tmp_path: Path, form: str) -> None:
    """Into a database without them: actors and places come back as they were, once."""
    count, mapping = exported(form, seeded_url, tmp_path)
    dataset = Dataset.model_validate(read_file(SEED / "dataset.yaml", "dataset.yaml").content)
    target = open_engine(empty_url)
    reports = [import_texts(target, job_of(tmp_path, form, mapping, dataset)) for _turn in range(2)]
    target.dispose()
    assert [(report.texts, report.skipped) for report in reports] == [(count, 0), (count, 0)]
    assert set(reports[1].unchanged) == {"article", "event", "statement"}
    for table in (Article, Event, Statement):
        assert stored(empty_url, table) == stored(seeded_url, table)
    for named in (Actor, Place):
        found, whole = stored(empty_url, named), stored(seeded_url, named)
        assert found == {key: whole[key] for key in found}


def test_our_web_annotations_are_read_where_our_evidence_stands(client: TestClient) -> None:
    """Every annotation that an article serves is a mark on the very words, at the very place."""
    articles = client.get("/v1/articles?limit=1000&text_kind=digest&fields=id").json()["data"]
    count = 0
    for article in articles:
        whole = client.get(f"/v1/articles/{article['id']}").json()["data"]
        page = client.get(f"/v1/articles/{article['id']}/annotations").content
        (read,) = [one for one in texts_of(FORMATS["w3c"], Given("a.json", page)) if isinstance(one, AnnotatedText)]
        (placed,) = settled(replace(read, text=whole["text"]), "UTF-16 units")
        assert isinstance(placed, AnnotatedText)
        expected = [(one["start"], one["end"], one["target"]["id"]) for one in whole["annotations"]]
        bodies = [(mark.start, mark.end, mark.attributes["body"].rpartition("/")[2]) for mark in placed.marks]
        assert bodies == expected
        count += len(expected)
    assert count > 200


@pytest.mark.skipif(not GIVEN, reason="DRAGOMAN_SAMPLES names no folder")
@pytest.mark.parametrize(("folder", "name", "texts", "marks"), OTHERS)
def test_files_of_others_are_read_whole(folder: str, name: str, texts: int, marks: int, empty_url: str) -> None:
    """Every text and mark is read; by its drafted mapping each set is imported, and again without a change."""
    path = Path(GIVEN or "") / folder
    read = texts_in(path, name)
    assert (len(read), sum(len(one.marks) for one in read) >= marks) == (texts, True)
    mapping = draft_mapping(name, read)
    engine = open_engine(empty_url)
    first = import_folder(engine, path, name, mapping)
    again = import_folder(engine, path, name, mapping)
    engine.dispose()
    # Several files may have annotations of one page.
    articles = len({(one.file, one.name) if one.text else one.name for one in read})
    assert (first.texts, first.added["article"]) == (articles, articles)
    assert (again.added, again.changed) == ({}, {})


@pytest.mark.skipif(not GIVEN, reason="DRAGOMAN_SAMPLES names no folder")
def test_twins_of_two_formats_say_the_same() -> None:
    """INCEpTION's own cases have a TSV and an XMI twin; both read the same text, places and links."""
    checked = 0
    for folder in sorted((Path(GIVEN or "") / "webanno_tsv3" / "suite").iterdir()):
        if not (folder / "reference.xmi").exists():
            continue
        found = []
        for name, file in (("webanno-tsv", "reference.tsv"), ("uima-cas", "reference.xmi")):
            (read,) = texts_in(folder / file, name)
            places = {mark.id: mark.parts for mark in read.marks}
            links = sorted((one.type, places[one.source], places[one.target]) for one in read.links)
            found.append((read.text, sorted(places.values()), links))
        # A format that moves zero-width marks to a token moves blanks at the text's beginning too.
        if "ZeroWidth" not in folder.name:
            assert found[0] == found[1], folder.name
            checked += 1
    assert checked > 30
