"""What a format writes: a result in batches of records, and what there is to say of it as a whole."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.documents import References


@dataclass(frozen=True, slots=True)
class Batch:
    """Some records, as they are stored: `docs` have holes, which `references` fill."""

    docs: Sequence[bytes]
    references: References

    def filled(self) -> bytes:
        """The records as lists serve them, one a line."""
        return self.references.fill(b"\n".join(self.docs))


@dataclass(frozen=True, slots=True)
class Result:
    """Records of KIND that were asked for.

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
    """A way to write results; `options` are the parameters of lists that mean something in it.

    `needs` is a column without which a record cannot be told, and is left out; `embeds` are parts that its writer
    finds in each record; `inline` is for programs that subscribe to it; `schema` describes a body in the OpenAPI
    document.
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
