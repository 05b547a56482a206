"""What an importer yields: events, statements and documents as a source codes them, before ours are made of them.

An importer reads a file's bytes and yields these, and a Skipped for what it had to leave; it knows nothing of the
database. Resolving actors and places, drafting, batching, writing and reporting are shared.
"""

from dataclasses import dataclass, field

from app.dates import UNKNOWN, Span

# A line of a file: its number, from 1, and its text without the line's end.
Line = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that is left out: where it stands (line, from 1), why, and the row itself as it came."""

    line: int
    why: str
    row: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who took part, as the source names him.

    `scheme` and `code` are the source's own (`cameo`, `RUSGOV`); `kind` is of actor-kinds, `country` ISO 3166 alpha-3.
    """

    scheme: str
    code: str | None
    name: str | None
    kind: str = "other"
    country: str | None = None
    sectors: tuple[str, ...] = ()

    # Each is looked up many times, and a hash of all fields costs more than the look.
    def __hash__(self) -> int:
        return hash((self.code, self.name))


@dataclass(frozen=True, slots=True)
class Spot:
    """Where it happened: `key` is equal for equal places of the source, `precision` is of place-precisions."""

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
    """What a record was found in; known by its address, or else by `key`."""

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
    """Where in a document a record was found; without `exact` it is a reference that nobody has checked.

    `prefix` and `suffix` are the words around it; `sentence` is its number in the document, from 1, as the source
    counts.
    """

    document: Document
    exact: str | None = None
    start: int | None = None
    end: int | None = None
    sentence: int | None = None
    prefix: str | None = None
    suffix: str | None = None


def recorded(publisher: str, id: str) -> tuple[Words, ...]:
    """The source's own record as what its figures are from, where it names no other document."""
    return (Words(Document(f"record-{id}", title=f"{publisher}, event {id}", publisher=publisher)),)


@dataclass(frozen=True, slots=True)
class Amount:
    """A number that the source gives: `kind` is of figure-kinds."""

    kind: str
    value: float
    qualifier: str = "exact"
    unit: str | None = None


# Not frozen: there is one for each row, and to make it would take twice as long.
@dataclass(slots=True)
class Coded:
    """An event. `key` is its id within the source; `type` ours, by the crosswalk.

    `originals` keeps the source's own codes by scheme (`{"cameo": "1823", "ucdp": "state-based"}`), to be filtered on.
    `measures` are numbers that are no codes: how often it was mentioned, in which tone.
    `remarks` are for the report: what was odd in a row that is kept, such as an id that stood for another event before.
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


@dataclass(frozen=True, slots=True)
class Said:
    """A statement; `speaker` None is a voice that the source does not name."""

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
    """Evidence, without words, for an event that came before: the source's mention of EVENT in a document."""

    line: int
    event: str
    words: Words


Item = Coded | Said | Found | Skipped
