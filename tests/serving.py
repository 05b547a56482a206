"""Servers in processes of their own, for what only a real one shows."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import httpx
from sqlalchemy import Engine


def url_of(engine: Engine) -> str:
    """The address of the database that ENGINE is open on."""
    if engine.dialect.name == "sqlite":
        return str(engine.url)
    with engine.connect() as db:
        info = db.connection.driver_connection.info  # type: ignore[union-attr]
    return f"postgresql://{info.user}:{info.password}@/{info.dbname}?host={info.host}&port={info.port}"


@contextmanager
def serving(url: str, **environment: str) -> Iterator[tuple[httpx.Client, "subprocess.Popen[bytes]"]]:
    """A server of its own process on the database at URL, and a client of it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {"DRAGOMAN_DATABASE_URL": url, "DRAGOMAN_PORT": str(port), **environment}
    command = [sys.executable, "-m", "app", "serve"]
    process = subprocess.Popen(command, env={**os.environ, **settings}, stderr=subprocess.PIPE, stdout=subprocess.PIPE)
    with process, httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
        try:
            while not _is_ready(client):
                with suppress(subprocess.TimeoutExpired):
                    ended = process.wait(0.02)
                    raise AssertionError(f"the server ended with {ended} before it was ready")
            yield client, process
        finally:
            process.terminate()


def _is_ready(client: httpx.Client) -> bool:
    """Whether the server of CLIENT listens yet; what listens must be ready."""
    with suppress(httpx.ConnectError):
        client.get("/readyz").raise_for_status()
        return True
    return False
