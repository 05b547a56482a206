"""How much a request makes SQLite do, whatever the machine: the steps of its virtual machine, on made-up data.

The questions are the benchmark's. A step is about a column or a row looked at, so a plan that goes wrong, or an index
that is missed, shows here at once.
"""

import sqlite3
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine, event

from benchmarks.data import Data
from benchmarks.load import load
from benchmarks.targets import dragoman
from benchmarks.workloads import WORKLOADS, tasks_of
from tests.conftest import client_of

SMALL, LARGE = 2_000, 10_000
# SQLite tells of its steps so many at a time.
TOLD = 20
# Steps of a request on the larger data, at most, and how often so many it may be of those on the smaller, which are a
# fifth of the data. Other versions of SQLite plan a little otherwise, so there is room in both.
MOST = {
    "W1": (350, 1.3),
    "W2": (7_000, 3),
    "W3": (20_000, 4),
    "W4": (14_000, 3.5),
    "W5": (2_000, 1.3),
    "W6": (30_000, 1.3),
    "W11": (4_000, 1.3),
}
Measure = Callable[[int, str], float]


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Measure]:
    """Steps of a request of a workload, on data of so many events."""
    steps = [0]

    def tell() -> int:
        steps[0] += TOLD
        return 0

    # At each checkout: the limit of time sets a handler of its own when a connection is made.
    def count(connection: sqlite3.Connection, _record: object, _proxy: object) -> None:
        connection.set_progress_handler(tell, TOLD)

    folder, clients = tmp_path_factory.mktemp("work"), {}
    for events in (SMALL, LARGE):
        url = f"sqlite:///{folder / str(events)}.db"
        load(url, Data(events), say=lambda _line: None)
        clients[events] = client_of(url)
    event.listen(Engine, "checkout", count)

    def measure(events: int, name: str) -> float:
        workload = next(one for one in WORKLOADS if one.name == name)
        with clients[events] as client:
            tasks = tasks_of(workload, Data(events), lambda path: client.get(path).json(), 20)
            paths = [dragoman.path(task) for task in tasks]
            client.get(paths[0])
            steps[0] = 0
            for path in paths:
                assert client.get(path).status_code == 200
            return steps[0] / len(paths)

    yield measure
    event.remove(Engine, "checkout", count)


@pytest.mark.parametrize("workload", MOST)
def test_a_request_takes_so_many_steps(measured: Measure, workload: str) -> None:
    """A question takes no more steps than it did, and with five times the data hardly more than before."""
    most, growth = MOST[workload]
    small, large = measured(SMALL, workload), measured(LARGE, workload)
    assert 0 < large <= most
    assert large <= small * growth
