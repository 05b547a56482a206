"""Annotated texts that wait for those of other annotators: in memory while they are few, or else on disk."""

import pickle
from collections.abc import Iterator
from hashlib import sha256
from tempfile import SpooledTemporaryFile

from app.importing.annotated_text.shape import AnnotatedText

_IN_MEMORY = 16 * 1024 * 1024


class Waiting:
    """Annotations, by the text that they annotate."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - `close` is for that
        self._places: dict[tuple[str, str], list[int]] = {}

    def add(self, read: AnnotatedText) -> None:
        """Let READ wait."""
        self._places.setdefault(of_text(read), []).append(self._file.tell())
        pickle.dump(read, self._file)

    def by_text(self) -> Iterator[list[AnnotatedText]]:
        """All that were added, those of one text together, in the order in which texts came first."""
        for places in self._places.values():
            yield [self._at(place) for place in places]

    def close(self) -> None:
        """Forget them all."""
        self._file.close()

    def _at(self, place: int) -> AnnotatedText:
        self._file.seek(place)
        found: AnnotatedText = pickle.load(self._file)  # noqa: S301 - nobody else can write this file
        return found


def of_text(read: AnnotatedText) -> tuple[str, str]:
    """What annotations of the text of READ have in common, whoever made them."""
    return read.shared or read.name, digest_of(read.text or "")


def digest_of(text: str) -> str:
    """What tells TEXT from others, in hexadecimal digits."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
