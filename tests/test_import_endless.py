"""What never ends, a line or what runs over lines, takes no memory, whatever the format."""

import bz2
import gzip
import io
import lzma
import os
import tracemalloc
from collections.abc import Callable, Iterator
from itertools import chain, repeat
from multiprocessing import Pipe, get_context
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from typing import Any

import pytest

from app.importing import lines, objects
from app.importing.formats import formats, petrarch
from app.importing.lines import lines_of
from app.importing.records import Line, Skipped
from app.importing.sources import Source, opened
from app.importing.unpacking import Unreadable

LONGEST = 100_000
BLANKS = b" " * 2_000
# What begins, and what follows it without end.
ENDLESS = {
    "line": (b"x", b"x" * 50_000),
    "cell": (b'id,year\n1,"', (BLANKS + b",\n") * 25),
    "object": (b'{"id": [\n', (BLANKS + b"1,\n") * 25),
    "braces": (b"[\n", (b"{" + BLANKS + b"\n") * 25),
    "sentence": (b'<Sentence date="19950101" id="a" category="b" sentence="true">\n', (BLANKS + b"\n") * 25),
    "comment": (b"<!--\n", (b"<Sentence>" + BLANKS + b"\n") * 25),
}
ROUNDS = 200
MOST = 5_000_000


class _Stream(io.RawIOBase):
    """A stream of PARTS, made as they are read."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        super().__init__()
        self._parts, self._rest = parts, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer).cast("B")
        self._rest = self._rest or next(self._parts, b"")
        part, self._rest = self._rest[: len(view)], self._rest[len(view) :]
        view[: len(part)] = part
        return len(part)


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is too long is so sooner."""
    monkeypatch.setattr(lines, "LONGEST_LINE", LONGEST)
    for module in (objects, petrarch):
        monkeypatch.setattr(module, "LONGEST", LONGEST)


@pytest.mark.parametrize("endless", ENDLESS)
@pytest.mark.parametrize("name", [*formats()])
def test_nothing_endless_takes_memory(name: str, endless: str) -> None:
    """Every row that is left out has a line and a reason."""
    head, part = ENDLESS[endless]
    stream = _Stream(chain([head], repeat(part, ROUNDS)))
    tracemalloc.start()
    for item in formats()[name].read(_lines(stream)):
        assert isinstance(item, Skipped)
        assert (item.line > 0, item.why != "") == (True, True)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < MOST


def _lines(stream: io.RawIOBase) -> Iterator[Line]:
    return (line for line in lines_of(stream, []) if not isinstance(line, Skipped))


def test_a_line_without_end_is_skipped_and_the_next_is_read() -> None:
    """By its number."""
    found = list(lines_of(_Stream(chain(repeat(b"x" * 1_000_000, 100), [b"\nnext\n"])), []))
    assert isinstance(found[0], Skipped)
    assert (found[0].line, found[1]) == (1, (2, "next"))
    assert found[0].why == f"the line is longer than {LONGEST} bytes"


def test_an_answer_of_one_endless_line_says_what_to_do() -> None:
    """APIs give thousands of events in one line of JSON."""
    (found,) = lines_of(_Stream(chain([b'{"data": ['], repeat(b"{}," * 1_000_000, 4))), [])
    assert isinstance(found, Skipped)
    assert found.why.endswith("put each object on a line of its own, with jq -c '.data[]'")


def test_a_sentence_of_blank_lines_ends() -> None:
    """Lines without a letter count too."""
    lines = chain([(1, '<Sentence date="19950101" id="a" category="b">')], ((n, "") for n in range(2, LONGEST + 9)))
    (skipped,) = formats()["petrarch"].read(lines)
    assert isinstance(skipped, Skipped)
    assert f"a sentence is longer than {LONGEST} characters" in skipped.why


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_two_gigabytes_in_one_line_take_no_memory(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    """A file of a few hundred kilobytes: what came before is read, and the process hardly grows."""
    part = pack(b"x" * (8 << 20))
    suffix = {gzip.compress: ".gz", bz2.compress: ".bz2", lzma.compress: ".xz"}[pack]
    (path := tmp_path / f"long.csv{suffix}").write_bytes(pack(b"good\n") + part * 256)

    def read() -> list[str]:
        found: list[Line | Skipped] = []
        with opened(Source(path)) as stream:
            try:
                found.extend(lines_of(stream, []))
            except Unreadable as error:
                return [*(str(one) for one in found), str(error)]
        return [str(one) for one in found]

    told, grown = _in_a_process(read)
    assert told[0] == str((1, "good"))
    assert "swells to more than" in told[-1]
    assert grown < 60_000_000


def _in_a_process(work: Callable[[], list[str]]) -> tuple[list[str], int]:
    """What WORK gives in a process of its own, and by how many bytes that grew at most."""
    there, here = Pipe()

    def run() -> None:
        before = getrusage(RUSAGE_SELF).ru_maxrss
        told = work()
        there.send((told, 1024 * (getrusage(RUSAGE_SELF).ru_maxrss - before)))
        # No goodbye of what the parent has open.
        os._exit(0)

    process = get_context("fork").Process(target=run)
    process.start()
    told, grown = here.recv()
    process.join()
    return told, grown
