"""Who gives a file as another format than it is of, or one of none, is told what to type instead."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copy

import pytest

from app.importing.recognising import recognised
from app.importing.sources import STDIN, Source
from app.settings import get_settings
from tests.commands import run
from tests.conftest import client_of
from tests.gdelt_rows import rows
from tests.test_gdelt_documents import gkg, mention

SAMPLES = Path(__file__).parent / "samples"
EVENTS = {
    "acled.csv": "acled",
    "acled.json": "acled",
    "icews.jsonl": "icews",
    "icews.tab": "icews",
    "icews_quoted.tab": "icews",
    "petrarch2.txt": "petrarch",
    "petrarch.xml": "petrarch",
    "phoenix_cline.csv": "phoenix",
    "phoenix_daily.txt": "phoenix",
    "plover.txt": "plover",
    "polecat.txt": "polecat",
    "polecat_text.txt": "polecat",
    "ucdp_api.json": "ucdp-ged",
    "ucdp_ged.csv": "ucdp-ged",
    "ucdp_sample.jsonl": "ucdp-ged",
}
TEXTS = {
    "brat/meeting.ann": "brat",
    "doccano/meeting.jsonl": "doccano",
    "label-studio/meeting.json": "label-studio",
    "prodigy/meeting.jsonl": "prodigy",
    "uima-cas/meeting.xmi": "uima-cas",
    "uima-cas-json/meeting.json": "uima-cas",
    "w3c/meeting.json": "w3c",
    "webanno-tsv/meeting.tsv": "webanno-tsv",
}
GDELT = {"gdelt-events": rows(5), "gdelt-mentions": mention(), "gdelt-gkg": gkg("10|5||Words")}


@pytest.fixture
def folder(empty_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """Where a test works, with a migrated database that the environment names."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DRAGOMAN_DATABASE_URL", empty_url)
    get_settings.cache_clear()
    yield tmp_path
    get_settings.cache_clear()


@pytest.mark.parametrize(
    ("name", "format"), [*EVENTS.items(), *((f"texts/{key}", name) for key, name in TEXTS.items())]
)
def test_a_file_is_known_by_what_is_in_it(name: str, format: str) -> None:
    """Whatever it is called."""
    assert recognised(Source(SAMPLES / name)) == (format, name.startswith("texts/"))


@pytest.mark.parametrize("format", GDELT)
def test_files_of_gdelt_are_told_from_one_another(tmp_path: Path, format: str) -> None:
    """They have no header, and lie in one folder."""
    (file := tmp_path / "a.csv").write_text(GDELT[format], "utf-8")
    assert recognised(Source(file)) == (format, False)


@pytest.mark.parametrize(
    "content", [b"", b"a,b\n1,2\n", b"\x1f\x8b\x08 no gzip", b'{"text": "Words"}', b"PAR1 a table"]
)
def test_a_file_of_no_format_is_none(tmp_path: Path, content: bytes) -> None:
    """Nor is what cannot be read twice, or at all."""
    (file := tmp_path / "a.json").write_bytes(content)
    assert recognised(Source(file)) is None
    assert recognised(Source(STDIN)) is None


def test_events_of_another_format_are_named(folder: Path) -> None:
    """Each file by itself, though others of the folder came in; the exit status is that of the import."""
    (folder / "day").mkdir()
    for name, content in GDELT.items():
        (folder / "day" / f"the {name}.csv").write_text(content, "utf-8")
    result = run("import", "gdelt-events", "day")
    assert result.exit_code == 0
    for name in ("gdelt-mentions", "gdelt-gkg"):
        assert f"day/the {name}.csv reads as {name}: dragoman import {name} 'day/the {name}.csv'\n" in result.stdout
    assert "the gdelt-events.csv reads" not in result.stdout


def test_an_import_in_vain_leaves_nothing(folder: Path, empty_url: str) -> None:
    """Neither an empty data set nor the belief that it is of the wrong format."""
    copy(SAMPLES / "icews.tab", folder / "a.tab")
    (folder / "empty.tab").write_text("")
    assert run("import", "polecat", "a.tab", "empty.tab", "--dataset", "desk").exit_code == 1
    with client_of(empty_url) as client:
        assert client.get("/v1/datasets/desk").status_code == 404
    result = run("import", "icews", "a.tab", "--dataset", "desk")
    assert result.exit_code == 0, result.output
    assert "8 events" in result.stdout


def test_annotated_texts_among_events_are_named(folder: Path) -> None:
    """With the mapping to draft."""
    copy(SAMPLES / "texts/doccano/meeting.jsonl", folder / "a.jsonl")
    result = run("import", "acled", "a.jsonl")
    assert result.exit_code == 1
    assert "a.jsonl reads as doccano: dragoman import doccano a.jsonl --draft-mapping > mapping.yaml\n" in result.stdout
    assert "No row came in" not in result.stdout


@pytest.mark.parametrize("draft", [True, False])
def test_texts_of_another_format_are_named(folder: Path, draft: bool) -> None:
    """On drafting a mapping, and on importing by one."""
    copy(SAMPLES / "texts/doccano/meeting.jsonl", folder / "a.jsonl")
    (folder / "m.yaml").write_text("language: en\n", "utf-8")
    result = run("import", "prodigy", "a.jsonl", *(["--draft-mapping"] if draft else ["--mapping", "m.yaml"]))
    assert "a.jsonl reads as doccano: dragoman import doccano a.jsonl --draft-mapping > mapping.yaml\n" in result.output


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("a,b\n1,2\n", " doccano is doccano JSON Lines: `dragoman formats` lists all."),
        (rows(2), "a.jsonl reads as gdelt-events: dragoman import gdelt-events a.jsonl"),
    ],
)
def test_of_no_text_no_mapping_is_drafted(folder: Path, content: str, told: str) -> None:
    """Nothing goes to the file that was to be the mapping."""
    (folder / "a.jsonl").write_text(content, "utf-8")
    result = run("import", "doccano", "a.jsonl", "--draft-mapping")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "No text was read of which a mapping could be drafted." in result.stderr
    assert told in result.stderr
