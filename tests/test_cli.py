"""The command line: what it says, and that it says it without a trace."""

import sqlite3
from pathlib import Path

import orjson
import pytest

from app.database import open_engine, writing
from tests.commands import run
from tests.conftest import SEED, client_of
from tests.folders import STRIKE_FILE, change, write_small


@pytest.mark.parametrize("command", ["serve", "migrate", "seed", "check", "export", "schema"])
def test_every_command_explains_itself(command: str) -> None:
    """--help says what a command does."""
    result = run(command, "--help")
    assert result.exit_code == 0
    assert f"Usage: dragoman {command}" in result.output


def test_a_fresh_database_is_migrated_and_seeded(bare_url: str) -> None:
    """Two commands make it ready; a second time they change nothing."""
    assert run("migrate", database_url=bare_url).stdout == "The schema is at head.\n"
    assert run("seed", database_url=bare_url).stdout.startswith(
        "added: 131 actors, 22 places, 55 articles, 58 events, 197 statements, 1 dataset\n"
    )
    assert run("migrate", database_url=bare_url).stdout == "The schema is current already.\n"
    again = run("seed", database_url=bare_url)
    assert again.stdout.startswith("added: nothing\nchanged: nothing\nunchanged: 131 actors")
    with client_of(bare_url) as client:
        assert client.get("/readyz").json() == {"status": "ready"}


def test_going_back_to_base_leaves_nothing(bare_url: str) -> None:
    """`migrate --to base` removes the tables, and what needs them says what to do."""
    run("migrate", database_url=bare_url)
    assert run("migrate", "--to", "base", database_url=bare_url).stdout == "The schema is at base.\n"
    for command in (("seed",), ("export", "actors"), ("serve",)):
        result = run(*command, database_url=bare_url)
        assert result.exit_code == 1
        assert result.stderr.endswith("The database has no tables yet: run `dragoman migrate`.\n")


@pytest.mark.parametrize("nowhere", ["0099", "yesterday"])
def test_going_back_to_a_revision_that_is_none_tells_those_there_are(bare_url: str, nowhere: str) -> None:
    """`migrate --to` something else changes nothing."""
    run("migrate", database_url=bare_url)
    refused = run("migrate", "--to", nowhere, database_url=bare_url)
    assert refused.exit_code == 1
    assert f"There is no older revision '{nowhere}' of the schema; there are base, 0001, 0002, " in refused.stderr
    assert run("migrate", database_url=bare_url).stdout == "The schema is current already.\n"


@pytest.mark.parametrize("command", ["serve", "migrate", "seed"])
def test_a_database_newer_than_the_code_is_left_alone(bare_url: str, command: str) -> None:
    """It says so, and what to install."""
    run("migrate", database_url=bare_url)
    engine = open_engine(bare_url)
    with writing(engine) as db:
        db.exec_driver_sql("UPDATE alembic_version SET version_num = 'later'")
    engine.dispose()
    result = run(command, database_url=bare_url)
    assert result.exit_code == 1
    assert "The database is newer than the code" in result.stderr


def test_a_folder_with_faults_is_refused_whole(bare_url: str, tmp_path: Path) -> None:
    """Every fault is told, and nothing is written."""
    run("migrate", database_url=bare_url)
    change(write_small(tmp_path), STRIKE_FILE, "act: deny", "act: denies")
    for command in ("check", "seed"):
        result = run(command, str(tmp_path), database_url=bare_url)
        assert result.exit_code == 1
        assert (
            f"{STRIKE_FILE}:24: statements[0].act: not a code of speech-acts; found 'denies'; nearest: deny"
            in result.output
        )
    with client_of(bare_url) as client:
        assert client.get("/v1/meta").json()["data"]["revision"] == 0


def test_the_seed_has_no_fault() -> None:
    """`dragoman check` is content with the product's own corpus."""
    assert run("check", str(SEED)).stdout == f"No faults in {SEED}.\n"


def test_an_export_is_what_lists_serve(bare_url: str, tmp_path: Path) -> None:
    """A line a record, in the order of the list, and a last line that says how many."""
    run("migrate", database_url=bare_url)
    run("seed", database_url=bare_url)
    target = tmp_path / "actors.ndjson"
    told = run("export", "actors", "--output", str(target), database_url=bare_url)
    assert told.stdout == f"131 actors written to {target}.\n"
    *records, end = map(orjson.loads, target.read_bytes().splitlines())
    assert end == {"_end": True, "count": 131}
    with client_of(bare_url) as client:
        assert records == client.get("/v1/actors?limit=1000").json()["data"]
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize(
    "command",
    [
        *(("export", "actors", "--output"), ("export", "--all"), ("schema",), ("export-brat",), ("export-w3c",)),
        ("export", "actors", "--format", "parquet", "--output"),
    ],
    ids=" ".join,
)
def test_a_file_that_cannot_be_written_is_told_without_a_trace(
    seeded_url: str, tmp_path: Path, command: tuple[str, ...]
) -> None:
    """A folder that would lie in a file; nothing is left of what was begun."""
    (tmp_path / "notes").touch()
    target = tmp_path / "notes" / "there"
    result = run(*command, str(target), database_url=seeded_url)
    assert result.exit_code == 1
    assert f"{target} cannot be written: " in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["notes"]


def test_a_folder_is_no_file_to_write_to(seeded_url: str, tmp_path: Path) -> None:
    """It stays as it is."""
    (tmp_path / "here").mkdir()
    result = run("export", "actors", "--output", str(tmp_path / "here"), database_url=seeded_url)
    assert (result.exit_code, result.stderr) == (1, f"{tmp_path / 'here'} cannot be written: Is a directory.\n")
    assert [path.name for path in tmp_path.iterdir()] == ["here"]


@pytest.mark.parametrize("command", ["export-brat", "export-w3c"])
def test_texts_of_no_data_set_are_not_exported(seeded_url: str, tmp_path: Path, command: str) -> None:
    """What is misspelt is named, with what there is."""
    result = run(command, str(tmp_path / "texts"), "--dataset", "alepo", database_url=seeded_url)
    assert (result.exit_code, result.stderr) == (1, "There is no data set 'alepo'. There are: aleppo-2016.\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("mysql://x", "DRAGOMAN_DATABASE_URL is 'mysql://x'; it takes sqlite:///FILE or postgresql://HOST/NAME.\n"),
        ("sqlite:////nowhere/x.db", "sqlite:////nowhere/x.db cannot be opened: does its folder exist"),
        ("postgresql://someone:secret@127.0.0.1:1/x", "127.0.0.1:1/x cannot be used: connection failed"),
    ],
)
def test_a_database_that_is_not_there_is_told_without_a_trace(address: str, said: str) -> None:
    """The message names the setting, and never a password."""
    result = run("migrate", database_url=address)
    assert result.exit_code == 1
    assert result.stderr.startswith(said)
    assert "secret" not in result.output
    assert "Traceback" not in result.output


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    """And the file stays as it was."""
    file = tmp_path / "notes.db"
    file.write_text("These are my notes." * 100)
    result = run("migrate", database_url=f"sqlite:///{file}")
    assert result.exit_code == 1
    assert "is not a SQLite database, or is damaged" in result.stderr
    assert file.read_text() == "These are my notes." * 100


def test_a_locked_database_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Another process that writes is waited for, then named."""
    monkeypatch.setattr("app.database.sqlite.BUSY_TIMEOUT_MS", 10)
    file = tmp_path / "busy.db"
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("PRAGMA journal_mode=WAL")
    other.execute("BEGIN IMMEDIATE")
    result = run("migrate", database_url=f"sqlite:///{file}")
    other.close()
    assert result.exit_code == 1
    assert result.stderr.endswith("busy.db is locked: another process writes to it. Try again when it has ended.\n")


def test_settings_that_cannot_be_used_are_named() -> None:
    """Each by its variable, with what was found."""
    result = run("serve", port="http", threads=0)
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "DRAGOMAN_PORT is 'http': Input should be a valid integer, unable to parse string as an integer.",
        "DRAGOMAN_THREADS is '0': Input should be greater than or equal to 1.",
    ]


def test_preparing_makes_everything_ready(bare_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What `make serve` does before it serves: tables and seed; a second time it has nothing to do."""
    monkeypatch.setattr("uvicorn.run", lambda *_arguments, **_options: None)
    first = run("serve", "--prepare", database_url=bare_url)
    assert first.stdout.startswith("The database has the schema of this version now.\nadded: 131 actors")
    again = run("serve", "--prepare", database_url=bare_url)
    assert again.stdout.startswith("Dragoman 0.1.0 on http://127.0.0.1:8000 ")
    with client_of(bare_url) as client:
        assert client.get("/v1/meta").json()["data"]["counts"]["events"] == 58
