"""Which PostgreSQL server a process talks to, if its address names several.

libpq may choose among the hosts of an address at random (`load_balance_hosts`). One standby may lag behind another, so
that reading from two would mix their data in one answer, or tag the data of one with the revision of the other. So a
process uses one server for everything, the pool as well as the question for the revision, until that server is lost or
its turn is over. Several processes spread over all servers.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

# After this a process chooses anew, so that a server that comes back gets its share of the work.
TURN_SECONDS = 300
_TRIES = 3
_TOO_FAST = "the chosen server changed at every attempt to connect"
# The parts of an address that say where a server is; those of the chosen server replace all of them.
_PLACE = ("host", "hostaddr", "port", "load_balance_hosts", "target_session_attrs")


@dataclass(slots=True)
class Servers:
    """The servers that URL names, and the one that is chosen."""

    url: str
    prepared: bool = True
    _place: dict[str, Any] | None = None
    _until: float = 0
    _lock: Lock = field(default_factory=Lock)

    def connect(self) -> psycopg.Connection[Any]:
        """A connection to the chosen server, or to another one if it is lost. Raises psycopg.OperationalError."""
        for place in self._places():
            with self._leaving(place):
                made = psycopg.connect(**self._parameters(place))
                if self.holds(made):
                    return made
                made.close()
        raise psycopg.OperationalError(_TOO_FAST)

    async def connect_async(self) -> psycopg.AsyncConnection[Any]:
        """The same for asyncio; every statement is a transaction of its own."""
        for place in self._places():
            with self._leaving(place):
                made = await psycopg.AsyncConnection.connect(**self._parameters(place), autocommit=True)
                if self.holds(made):
                    return made
                await made.close()
        raise psycopg.OperationalError(_TOO_FAST)

    def _places(self) -> Iterator[dict[str, Any] | None]:
        """The places to try, one after another: each is what is chosen at that moment."""
        return (self.chosen() for _ in range(_TRIES))

    @contextmanager
    def _leaving(self, place: dict[str, Any] | None) -> Iterator[None]:
        """Give up the server at PLACE if it cannot be reached. If none was chosen, raise: all of them have failed."""
        try:
            yield
        except psycopg.OperationalError:
            if place is None:
                raise
            self.leave(place)

    def chosen(self) -> dict[str, Any] | None:
        """The place of the chosen server, if there is one and its turn is not over."""
        with self._lock:
            if time.monotonic() > self._until:
                self._place = None
            return self._place

    def holds(self, connection: psycopg.Connection[Any] | psycopg.AsyncConnection[Any]) -> bool:
        """Whether CONNECTION is to the chosen server; if none is chosen, its server becomes that."""
        place = _place_of(connection)
        with self._lock:
            if self._place is None or time.monotonic() > self._until:
                self._place, self._until = place, time.monotonic() + TURN_SECONDS
            return self._place == place

    def leave(self, place: dict[str, Any] | None) -> None:
        """The server at PLACE is lost: the next connection chooses anew."""
        with self._lock:
            if self._place == place:
                self._place = None

    def _parameters(self, place: dict[str, Any] | None) -> dict[str, Any]:
        named: dict[str, Any] = dict(conninfo_to_dict(self.url))
        if place is not None:
            named = {**{name: value for name, value in named.items() if name not in _PLACE}, **place}
        # What is stored as UTF-8 is served as it is stored (app/dialects/columns.py).
        return {**named, "client_encoding": "UTF8", "prepare_threshold": 5 if self.prepared else None}


def _place_of(connection: psycopg.Connection[Any] | psycopg.AsyncConnection[Any]) -> dict[str, Any]:
    info = connection.info
    place: dict[str, Any] = {"host": info.host, "port": info.port}
    # A socket has no address.
    return place | ({"hostaddr": info.hostaddr} if info.hostaddr else {})
