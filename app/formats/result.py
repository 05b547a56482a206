"""What a format writes: a result as batches of records, and what is known about it as a whole."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.documents import References


@dataclass(frozen=True, slots=True)
class Batch:
    """Some records as they are stored; `references` fill the holes of `docs`."""

    docs: Sequence[bytes]
    references: References

    def filled(self) -> bytes:
        """The records as lists serve them, one a line."""
        return self.references.fill(b"\n".join(self.docs))


@dataclass(frozen=True, slots=True)
class Result:
    """The records of `kind` that were asked for.

    `fields` are the chosen ones (all if there are none), `address` is the URL of the request, `changed_at` the time of
    the last change of the data, and `left_out` the number of records that the format cannot hold.
    """

    kind: str
    batches: Iterator[Batch]
    fields: Sequence[str]
    base_url: str
    address: str
    meta: dict[str, Any]
    changed_at: datetime
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Format:
    """A format that results are written in.

    `options` are those of the parameters `fields` and `include` that it takes. A record without a value in the column
    `needs` is left out. `embeds` are parts that `write` needs in each record. `inline` is set for formats that programs
    subscribe to, instead of saving them as files. `schema` describes the body in the OpenAPI document.
    """

    ending: str
    name: str
    media_type: str
    kinds: Sequence[str]
    write: Callable[[Result], Iterator[bytes]]
    options: Sequence[str] = ()
    needs: str | None = None
    embeds: Sequence[str] = ()
    inline: bool = False
    schema: dict[str, Any] = field(default_factory=lambda: {"type": "string"})
