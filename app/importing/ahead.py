"""Reading ahead: the next batch of a file is made while the database stores the last."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batches(items: Iterator[T], size: int) -> Iterator[list[T]]:
    """ITEMS in lists of SIZE."""
    while batch := list(islice(items, size)):
        yield batch


def ahead(read: Iterator[list[T]]) -> Iterator[list[T]]:
    """The batches of READ, each made while the caller has the one before: of a file, which keeps nobody waiting."""
    with ThreadPoolExecutor(max_workers=1) as reader:
        following: Future[list[T]] = reader.submit(next, read, [])
        while batch := following.result():
            following = reader.submit(next, read, [])
            yield batch
