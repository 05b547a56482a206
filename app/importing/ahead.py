"""Working ahead: the next of some things is made while the database stores the last."""

import sys
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
# Seconds after which a thread that makes lets the one that stores go on: else a server waits for its rows meanwhile.
TURN = 0.0005


def batches(items: Iterator[T], size: int) -> Iterator[list[T]]:
    """ITEMS in lists of SIZE."""
    while batch := list(islice(items, size)):
        yield batch


def ahead(made: Iterator[T]) -> Generator[T]:
    """What is MADE, each made while the caller has the one before: of a file, which keeps nobody waiting."""
    with _short_turns(), ThreadPoolExecutor(max_workers=1) as maker:
        following: Future[T | None] = maker.submit(next, made, None)
        while (one := following.result()) is not None:
            following = maker.submit(next, made, None)
            yield one


@contextmanager
def _short_turns() -> Iterator[None]:
    was = sys.getswitchinterval()
    sys.setswitchinterval(TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(was)
