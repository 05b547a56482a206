"""Working ahead: the next thing is made while the database stores the one before it."""

import sys
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
# So soon, in seconds, the thread that makes things must let the one that stores go on, which a server may wait for.
TURN = 0.0005


def batches(items: Iterator[T], size: int) -> Iterator[list[T]]:
    """ITEMS in lists of SIZE."""
    while batch := list(islice(items, size)):
        yield batch


def ahead(made: Iterator[T]) -> Generator[T]:
    """The things MADE, each made in a thread while the caller has the one before it.

    Only for what comes from a file: the thread cannot be stopped while it waits for input.
    """
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
