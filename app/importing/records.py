"""What a format yields: events, statements and documents as the source has them, before they become our records.

A format reads the lines of a file and yields these, and a Skipped for each row that it leaves out. It knows nothing of
the database: resolving actors and places, drafting, batching, writing and reporting are shared by all formats.
"""

from dataclasses import dataclass, field

from app.dates import UNKNOWN, Span

# A line of a file: its number, from 1, and its text without the line's end.
Line = tuple[int, str]
# The status of an event of which its source says none.
UNSAID = "reported"


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that is left out: its line (from 1), why, and the row as it came."""

    line: int
    why: str
    row: str = ""


@dataclass(frozen=True, slots=True)
class Passed:
    """A sound row of which there is nothing to take: where it stands, and what it lacks."""

    line: int
    why: str


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who took part, as the source names them.

    `scheme` and `code` are the source's own (`cameo`, `RUSGOV`); `kind` is one of actor-kinds, `country` an ISO 3166-1
    alpha-3 code.
    """

    scheme: str
    code: str | None
    name: str | None
    kind: str = "other"
    country: str | None = None
    sectors: tuple[str, ...] = ()

    # Looked up many times; hashing all fields would cost more than the look-up.
    def __hash__(self) -> int:
        return hash((self.code, self.name))


@dataclass(frozen=True, slots=True)
class Spot:
    """Where it happened. Equal places of a source have the same `key`; `precision` is one of place-precisions."""

    key: str
    name: str
    country: str | None
    lat: float | None
    lon: float | None
    precision: str
    geonames: int | None = None

    def __hash__(self) -> int:
        return hash(self.key)


@dataclass(frozen=True, slots=True)
class Document:
    """What a record was found in. It is known by its address or, without one, by `key`."""

    key: str
    url: str | None = None
    title: str | None = None
    publisher: str | None = None
    published: Span = UNKNOWN
    language: str | None = None
    text: str | None = None

    def __hash__(self) -> int:
        return hash(self.key)


@dataclass(frozen=True, slots=True)
class Words:
    """Where in a document a record was found; without `exact`, only that it was.

    `prefix` and `suffix` are the text around the words; `sentence` is the number of the sentence in the document, from
    1, as the source counts.
    """

    document: Document
    exact: str | None = None
    start: int | None = None
    end: int | None = None
    sentence: int | None = None
    prefix: str | None = None
    suffix: str | None = None


def recorded(publisher: str, id: str) -> tuple[Words, ...]:
    """The source's own record as evidence, for figures of an event for which it names no other document."""
    return (Words(Document(f"record-{id}", title=f"{publisher}, event {id}", publisher=publisher)),)


@dataclass(frozen=True, slots=True)
class Amount:
    """A number that the source gives; `kind` is one of figure-kinds."""

    kind: str
    value: float
    qualifier: str = "exact"
    unit: str | None = None


# Not frozen: there is one for each row, and making it would take twice as long.
@dataclass(slots=True)
class Coded:
    """An event. `key` is its id in the source; `type` is ours, by the crosswalk.

    `originals` are the source's own codes by scheme (`{"cameo": "1823", "ucdp": "state-based"}`), for the filter
    `code`. `measures` are numbers that are not codes, such as how often it was mentioned. `remarks` go to the report:
    they say what was odd in a row that is kept, such as an id that another event had before. `roles` are those of
    sources, targets and others, in this order, if more than their sides is known. `labels` by language are made, if the
    source gives none.
    """

    line: int
    key: str
    type: str
    date: Span
    sources: tuple[Party, ...] = ()
    targets: tuple[Party, ...] = ()
    others: tuple[Party, ...] = ()
    place: Spot | None = None
    cameo: str | None = None
    plover: str | None = None
    quad_class: int | None = None
    goldstein: float | None = None
    originals: dict[str, str] = field(default_factory=dict)
    figures: tuple[Amount, ...] = ()
    evidence: tuple[Words, ...] = ()
    summary: str | None = None
    remarks: tuple[str, ...] = ()
    measures: dict[str, float] = field(default_factory=dict)
    roles: tuple[str, ...] = ()
    labels: dict[str, str] = field(default_factory=dict)
    status: str = UNSAID


@dataclass(frozen=True, slots=True)
class Said:
    """A statement; `speaker` is None if the source does not name one."""

    line: int
    key: str
    speaker: Party | None
    quote: str
    language: str | None
    date: Span
    act: str
    evidence: tuple[Words, ...]
    addressees: tuple[Party, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """The source's mention of EVENT, by its id in the source, in a document: evidence without words."""

    line: int
    event: str
    words: Words


Item = Coded | Said | Found | Passed | Skipped
