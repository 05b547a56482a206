"""Dumps and files of the command line: what comes out goes in again, the same on either database."""

import shutil
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from app.database import open_engine
from app.dumps import MANIFEST, Manifest
from app.dumps.manifest import TABLES
from app.models import Key
from tests.commands import run
from tests.conftest import DIALECTS, LOADED_AT, SEED, Databases, client_of
from tests.formats import AWKWARD
from tests.gdelt_rows import rows as gdelt_rows
from tests.helpers import KINDS, ids, listed, load
from tests.writers import ARTICLE, YAML, writer_of

Answers = dict[str, bytes]


def answers(client: TestClient) -> Answers:
    """Every list and every detail of the API, byte for byte, and what is gone."""
    paths = ["/v1/meta", "/v1/events/deleted-long-ago"]
    for kind in KINDS:
        paths.append(f"/v1/{kind}?limit=1000&count=exact")
        paths += [f"/v1/{kind}/{key}" for key in ids(listed(client, f"/v1/{kind}"))]
    paths += [f"/v1/articles/{key}/annotations" for key in ids(listed(client, "/v1/articles"))]
    return {path: client.get(path).content for path in paths}


@pytest.fixture
def changed_url(databases: Databases, tmp_path: Path) -> str:
    """The address of a database with imported events, and a data set that was loaded again without an event."""
    url = databases.copy("seeded")
    load(url, AWKWARD)
    folder = tmp_path / "again"
    shutil.copytree(AWKWARD, folder)
    article = folder / "articles" / "awkward-texts.yaml"
    text = article.read_text("utf-8")
    start = text.index("  - id: awkward-last-day")
    article.write_text(text[:start] + text[text.index("statements:") :], "utf-8")
    assert run("seed", str(folder), database_url=url).exit_code == 0
    table = tmp_path / "gdelt.tsv"
    table.write_text(gdelt_rows(12), "utf-8")
    assert run("import", "gdelt-events", str(table), "--rejects", str(tmp_path / "no"), database_url=url).exit_code == 0
    return url


@pytest.fixture(params=DIALECTS)
def target_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a migrated database without data, of each dialect."""
    server = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    target = Databases(tmp_path, server)
    name = f"restored_{sha256(str(tmp_path).encode()).hexdigest()[:12]}"
    return target.make(name)


def test_a_dump_gives_the_same_data_back(changed_url: str, target_url: str, tmp_path: Path) -> None:
    """Every answer is the same, byte for byte, from either database to either; a dump of it is the same dump."""
    first, second = tmp_path / "first", tmp_path / "second"
    assert run("export", "--all", str(first), database_url=changed_url).exit_code == 0
    assert run("migrate", database_url=target_url).exit_code == 0
    told = run("seed", str(first), database_url=target_url)
    assert told.stdout.startswith("added: 142 actors, 31 places, 60 articles, 75 events, 199 statements, 3 datasets\n")
    with client_of(changed_url) as before, client_of(target_url) as after:
        assert before.get("/v1/events/awkward-last-day").status_code == 410
        assert after.get("/v1/events/awkward-last-day").content == before.get("/v1/events/awkward-last-day").content
        assert answers(after) == answers(before)
        for path in ("/v1/events/awkward-last-day", "/v1/events.csv"):
            known = before.get(f"{path}?as_of=464")
            assert after.get(f"{path}?as_of=464").content == known.content
        assert known.text.count("\n") == 59  # the seed's events, and the line of names
    assert run("export", "--all", str(second), database_url=target_url).exit_code == 0
    for name in TABLES:
        assert (second / name).read_bytes() == (first / name).read_bytes(), name
    # The data goes on from there: loading what is loaded changes nothing.
    again = run("seed", str(SEED), database_url=target_url).stdout
    assert again.startswith("added: nothing\nchanged: nothing\nunchanged: 131 actors")


def test_a_manifest_says_what_the_dump_is(seeded_url: str, tmp_path: Path) -> None:
    """Counts, sizes and hashes of all files, licence, citation and version."""
    folder = tmp_path / "new" / "dump"
    result = run("export", "--all", str(folder), database_url=seeded_url)
    assert result.stdout.startswith(f"Revision 464 written to {folder}: ")
    manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    assert (manifest.revision, manifest.license, manifest.version) == (464, "CC-BY-4.0", "0.1.0")
    assert manifest.citation is not None
    assert sorted(one.name for one in manifest.files) == sorted(
        path.name for path in folder.iterdir() if path.name != MANIFEST
    )
    for entry in manifest.files:
        body = (folder / entry.name).read_bytes()
        assert (entry.bytes, entry.sha256) == (len(body), sha256(body).hexdigest())
        assert entry.rows == len(body.splitlines())
    (event,) = [row for row in rows(folder, "event") if row["id"] == "2016-09-09-geneva-deal"]
    assert event["doc"]["label"] == event["label"]
    assert event["created_at"] == LOADED_AT.isoformat().replace("+00:00", "Z")
    assert list(folder.parent.iterdir()) == [folder]


def rows(folder: Path, table: str) -> list[dict[str, Any]]:
    """The rows of TABLE in the dump in FOLDER."""
    return [orjson.loads(line) for line in (folder / f"{table}.ndjson").read_bytes().splitlines()]


def test_a_dump_tells_nothing_of_keys(seeded_url: str, tmp_path: Path) -> None:
    """It is made to be given away: no key, no digest of one, no answer that was kept for a retry."""
    with writer_of(seeded_url) as client:
        sent = client.post("/v1/articles", content=ARTICLE, headers={**YAML, "Idempotency-Key": "once"})
        assert sent.status_code == 201
    engine = open_engine(seeded_url)
    with engine.connect() as db:
        digest = db.scalars(select(Key.digest)).one()
    engine.dispose()
    assert run("export", "--all", str(tmp_path / "dump"), database_url=seeded_url).exit_code == 0
    files = {path.name: path.read_text("utf-8") for path in (tmp_path / "dump").iterdir()}
    assert not {"key.ndjson", "answered.ndjson"} & files.keys()
    assert not [name for name, text in files.items() if digest in text or '"once"' in text]


def test_a_dump_wants_a_folder_of_its_own(seeded_url: str, tmp_path: Path) -> None:
    """Nothing of anybody's is overwritten; an empty folder will do."""
    (tmp_path / "mine").mkdir()
    assert run("export", "--all", str(tmp_path / "mine"), database_url=seeded_url).exit_code == 0
    result = run("export", "--all", str(tmp_path / "mine"), database_url=seeded_url)
    assert result.exit_code == 1
    assert result.stderr.endswith("has files already; a dump needs a folder of its own.\n")


@pytest.fixture(scope="module")
def dump(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dump of the seed."""
    folder = tmp_path_factory.mktemp("dumps") / "dump"
    assert run("export", "--all", str(folder), database_url=databases.url("seeded")).exit_code == 0
    return folder


def damage(folder: Path, name: str, old: bytes, new: bytes) -> None:
    """Replace OLD by NEW once in the file NAME of FOLDER."""
    body = (folder / name).read_bytes()
    assert old in body
    (folder / name).write_bytes(body.replace(old, new, 1))


def test_a_damaged_dump_is_refused_whole(dump: Path, empty_url: str, tmp_path: Path) -> None:
    """Every damage is named at once, and nothing is written."""
    folder = tmp_path / "damaged"
    shutil.copytree(dump, folder)
    damage(folder, "actor.ndjson", b"Sergey Lavrov", b"Sergey Lavrow")
    (folder / "place.ndjson").unlink()
    whole = (folder / "event.ndjson").read_bytes()
    (folder / "event.ndjson").write_bytes(whole[:-100])
    result = run("seed", str(folder), database_url=empty_url)
    assert result.exit_code == 1
    assert "actor.ndjson:1: sha256: is damaged" in result.stderr
    assert "place.ndjson:1: file: is missing" in result.stderr
    assert f"event.ndjson:1: file: is cut off: {len(whole) - 100} bytes of {len(whole)}" in result.stderr
    assert result.stderr.endswith("was refused; nothing was written.\n")
    with client_of(empty_url) as client:
        assert client.get("/v1/meta").json()["data"]["revision"] == 0
        assert listed(client, "/v1/actors") == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b'"dragoman-dump-1"', b'"dragoman-dump-9"', "manifest.json:1: format: "),
        (b"{", b"", "manifest.json:1: file: "),
        (b'"schema_revision": "', b'"schema_revision": "x', "manifest.json:1: schema_revision: is of the schema x"),
        (b'"name": "actor.ndjson"', b'"name": "../actor.ndjson"', "manifest.json:1: files: is unknown to this version"),
        (b'"name": "place.ndjson"', b'"name": "actor.ndjson"', "manifest.json:1: files: is named 0 times"),
    ],
)
def test_a_manifest_that_is_not_of_this_dump_is_refused(  # noqa: PLR0913, PLR0917
    dump: Path, empty_url: str, tmp_path: Path, old: bytes, new: bytes, said: str
) -> None:
    """With what is wrong with it."""
    folder = tmp_path / "odd"
    shutil.copytree(dump, folder)
    damage(folder, MANIFEST, old, new)
    result = run("seed", str(folder), database_url=empty_url)
    assert result.exit_code == 1
    assert said in result.stderr


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("event.ndjson", b'"place_id":"', b'"place_id":"no-such-', ""),
        ("event.ndjson", b'"quad_class":1', b'"quad_class":7', "event.ndjson:1: rows: cannot be taken: "),
        ("event.ndjson", b'"type":', b'"sort":', "event.ndjson:1: rows: cannot be taken: the columns are sort, label"),
        ("actor.ndjson", b"\n", b"\n\n", "actor.ndjson:1: rows: cannot be taken: "),
    ],
)
def test_a_dump_that_was_tampered_with_and_signed_anew_is_refused(  # noqa: PLR0913, PLR0917
    dump: Path,
    empty_url: str,
    tmp_path: Path,
    name: str,
    old: bytes,
    new: bytes,
    said: str,
) -> None:
    """The database's own rules hold for it, and nothing is written."""
    folder = tmp_path / "tampered"
    shutil.copytree(dump, folder)
    damage(folder, name, old, new)
    manifest = orjson.loads((folder / MANIFEST).read_bytes())
    (entry,) = [one for one in manifest["files"] if one["name"] == name]
    body = (folder / name).read_bytes()
    entry |= {"bytes": len(body), "sha256": sha256(body).hexdigest()}
    (folder / MANIFEST).write_bytes(orjson.dumps(manifest))
    result = run("seed", str(folder), database_url=empty_url)
    assert result.exit_code == 1
    assert said in result.stderr
    with client_of(empty_url) as client:
        assert client.get("/v1/meta").json()["data"]["revision"] == 0


def test_a_dump_goes_into_an_empty_database_only(dump: Path, seeded_url: str) -> None:
    """What is there stays."""
    result = run("seed", str(dump), database_url=seeded_url)
    assert result.exit_code == 1
    assert "has data already; a dump goes into an empty one" in result.stderr


@pytest.mark.parametrize(
    ("kind", "format", "filters"),
    [
        ("events", "csv", ["type=warning,threat", "sort=date"]),
        ("events", "ndjson", ["actor=wikidata:Q58217", "include=evidence"]),
        ("events", "geojson", ["place=aleppo"]),
        ("events", "atom", ["date=2016-10", "limit=3"]),
        ("events", "ics", []),
        ("statements", "parquet", ["act=warn"]),
        ("actors", "ndjson", []),
        ("places", "csv", []),
        ("datasets", "ndjson", []),
    ],
)
def test_a_file_has_the_bytes_of_the_api(
    seeded_url: str, tmp_path: Path, kind: str, format: str, filters: list[str]
) -> None:
    """The same query, the same bytes; the file appears when it is whole."""
    target = tmp_path / "out" / f"{kind}.{format}"
    target.parent.mkdir()
    arguments = ["export", kind, "--format", format, "--output", str(target), "--", *filters]
    result = run(*arguments, database_url=seeded_url)
    with client_of(seeded_url) as client:
        answer = client.get(f"/v1/{kind}.{format}?{'&'.join(filters)}".removesuffix("?"))
        assert target.read_bytes() == answer.content
    assert list(target.parent.iterdir()) == [target]
    assert result.stdout.endswith(f" {kind} written to {target}.\n")


def test_a_file_goes_to_standard_output_too(seeded_url: str) -> None:
    """So that it can be piped; a line of NDJSON is what there is without --format."""
    result = run("export", "actors", database_url=seeded_url)
    assert orjson.loads(result.stdout_bytes.splitlines()[-1]) == {"_end": True, "count": 131}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["evens"], "There is no kind 'evens'; nearest: events"),
        (
            ["events", "--format", "xls"],
            "There is no xls here. There are ndjson, csv, geojson, parquet, atom, ics, cameo, plover, w3c.",
        ),
        (["events", "tpye=warning"], "tpye: is not a parameter here\ntpye: nearest: type"),
        (["events", "type"], "type: has an empty value"),
        (["events", "actor=sergey-lavrow"], "actor: nearest: sergey-lavrov"),
        ([], "Give a kind to write, or --all FOLDER alone."),
        (["events", "--all", "x"], "Give a kind to write, or --all FOLDER alone."),
    ],
)
def test_a_wrong_export_is_told(
    seeded_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: list[str], said: str
) -> None:
    """With what to type instead, and no file is left."""
    monkeypatch.chdir(tmp_path)
    result = run("export", *arguments, database_url=seeded_url)
    assert result.exit_code == 1
    assert said in result.stderr
    assert list(tmp_path.iterdir()) == []
