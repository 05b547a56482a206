"""The shapes on the wire, one class a shape.

Answers are stored JSON and pass through none of these; they make the OpenAPI document, and tests hold every stored
record against them. Nothing has a default: an absent value is null, never left out.
"""

from datetime import date, datetime
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from app.codes import (
    ActorKind,
    DatePrecision,
    Directness,
    EventType,
    FigureKind,
    Medium,
    ParticipantRole,
    PlacePrecision,
    RelationType,
    SpeechAct,
    Status,
    Topic,
)

Payload = TypeVar("Payload")


def _without_defaults(schema: dict[str, Any]) -> None:
    """An answer leaves out what it has not; a default would tell clients that it is always there."""
    for member in schema.get("properties", {}).values():
        member.pop("default", None)


class Out(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_without_defaults)


class ActorRef(Out):
    """An actor in short."""

    id: str
    name: str
    kind: ActorKind
    country: str | None = Field(description="ISO 3166-1 alpha-3.")


class PlaceRef(Out):
    """A place in short; degrees in WGS 84."""

    id: str
    name: str
    country: str | None
    lat: float | None
    lon: float | None
    precision: PlacePrecision


class DateOut(Out):
    """What is known of a date: its bounds, both inclusive, and how exact they are."""

    start: date | None
    end: date | None
    precision: DatePrecision


class EventRef(Out):
    """An event in short."""

    id: str
    type: EventType
    label: str


class TargetRef(Out):
    """The event or statement at the other end of a relation."""

    kind: Literal["event", "statement"]
    id: str
    label: str


class ArticleRef(Out):
    """An article in short."""

    id: str
    title: str
    publisher: ActorRef | None
    url: str = Field(description="Its path here.")
    source_url: str | None = Field(description="The address of the original.")
    published: DateOut


class EvidenceOut(Out):
    """The exact words of an article that support a record; offsets count code points, the end exclusive."""

    article: ArticleRef
    exact: str | None
    prefix: str | None
    suffix: str | None
    start: int | None
    end: int | None
    language: str | None
    field: str | None
    verified: bool = Field(description="Whether the words stand in a text that we hold.")


class RelationOut(Out):
    """A tie to an event or a statement."""

    type: RelationType
    target: TargetRef


class InverseRelationOut(Out):
    """A tie that another record has to this one, told from this side."""

    type: str = Field(description="The inverse of a relation type, such as `followed_by`.")
    target: TargetRef


class History(Out):
    """What every record ends with."""

    dataset: str
    revision: int = Field(description="Number of its last change.")
    created_at: datetime
    updated_at: datetime
    url: str


class RevisionOut(Out):
    """What became of a record in a change."""

    revision: int
    at: datetime
    key: str | None = Field(description="Name of the API key that wrote it; null for a load.")
    operation: Literal["insert", "update", "delete", "merge"]
    changed: list[str] | None = Field(
        description="The fields of the record that an update changed; null where the record before is not kept."
    )


class ParticipantOut(Out):
    """Who took part, as what, and for whom."""

    actor: ActorRef
    role: ParticipantRole
    on_behalf_of: ActorRef | None


class CodesOut(Out):
    """What other schemes call the event; `/v1/codes/event-types` names schemes and publishers."""

    cameo: str | None
    plover: str | None
    quad_class: int | None = Field(ge=1, le=4)
    goldstein: float | None = Field(description="Conflict to cooperation, -10 to 10.")
    goldstein_table: float | None = Field(description="The score of the code's table, where the source gives another.")
    originals: dict[str, str] = Field(description="The source's own codes of an imported event, by scheme.")


class FigureOut(Out):
    """A number, and the articles that give it."""

    kind: FigureKind
    value: float
    qualifier: Literal["exact", "about", "at_least", "at_most", "more_than", "less_than"]
    unit: str | None
    articles: list[ArticleRef]


class AccountOut(Out):
    """Who tells the event in which article; no actor means the article's own voice."""

    actor: ActorRef | None
    article: ArticleRef
    stance: Literal["asserts", "denies", "doubts"]
    note: str | None
    differs: list[str]


class ContradictionOut(Out):
    """A field in which accounts of one event part."""

    field: str = Field(description="A field of the event; `status` where an account denies or doubts it.")
    accounts: list[AccountOut] = Field(description="Those that say otherwise than the record.")
    against: list[AccountOut] = Field(description="Those that assert it and do not differ in the field.")
    figures: list[FigureOut] = Field(
        description="Where the field is `figures`: those that count the same and that articles give differently."
    )


class EventCounts(Out):
    """How much there is about an event."""

    articles: int
    evidence: int
    statements: int
    accounts: int


class EventOut(History):
    """Something that happened between actors."""

    id: str
    type: EventType
    label: str
    labels: dict[str, str]
    summary: str | None
    date: DateOut
    place: PlaceRef | None
    participants: list[ParticipantOut]
    status: Status
    codes: CodesOut
    measures: dict[str, float] = Field(description="Numbers of an imported event that are no codes, by name.")
    figures: list[FigureOut]
    relations: list[RelationOut]
    counts: EventCounts


class QuoteOut(Out):
    """The words as printed, and in English."""

    text: str
    language: str
    is_translation: bool | None = Field(description="Whether the print translates what was said; null is unknown.")
    translation: dict[str, str] | None


class StatementCounts(Out):
    """How much there is about a statement."""

    articles: int
    evidence: int


class StatementOut(History):
    """An utterance as one article gives it."""

    id: str
    speaker: ActorRef | None
    role: str | None
    on_behalf_of: ActorRef | None
    addressees: list[ActorRef]
    date: DateOut
    medium: Medium
    venue: ActorRef | None
    directness: Directness
    act: SpeechAct
    gist: str
    gists: dict[str, str]
    quote: QuoteOut | None
    topics: list[Topic]
    conditional: bool
    condition: str | None
    event: EventRef | None
    about: list[EventRef]
    reported_via: list[ActorRef]
    utterance: str | None
    article: ArticleRef
    counts: StatementCounts


class StatementDetails(StatementOut):
    """A statement with its evidence, its relations, and the other versions of the same utterance."""

    evidence: list[EvidenceOut]
    relations: list[RelationOut]
    inverse_relations: list[InverseRelationOut]
    note: str | None
    versions: list[StatementOut]


class EventListed(EventOut):
    """An event in a list, with the parts that `include` asks for."""

    evidence: list[EvidenceOut] = []
    statements: list[StatementOut] = []
    articles: list["ArticleOut"] = []


class StatementListed(StatementOut):
    """A statement in a list, with the parts that `include` asks for."""

    evidence: list[EvidenceOut] = []
    relations: list[RelationOut] = []
    articles: list["ArticleOut"] = []


class EventDetails(EventOut):
    """An event with its evidence, accounts, relations both ways, and the statements that belong to it."""

    evidence: list[EvidenceOut]
    accounts: list[AccountOut]
    contradictions: list[ContradictionOut]
    inverse_relations: list[InverseRelationOut]
    statements: list[StatementOut]


class ActorOut(History):
    """Who speaks and acts."""

    id: str
    kind: ActorKind
    name: str
    names: dict[str, str]
    country: str | None
    parent: ActorRef | None
    codes: dict[str, str]


class AliasOut(Out):
    """A spelling that occurs."""

    name: str
    language: str


class RoleOut(Out):
    """An office held for a time; dates are as exact as they are known."""

    model_config = ConfigDict(extra="forbid", serialize_by_alias=True)

    title: str
    organisation: ActorRef | None
    held_from: str | None = Field(alias="from")
    held_to: str | None = Field(alias="to")


class TypeCount(Out):
    """How many of a kind."""

    value: str
    label: str
    count: int


class ActorCounts(Out):
    """What an actor took part in, and said."""

    events: int
    statements: int
    event_types: list[TypeCount]
    speech_acts: list[TypeCount]


class ActorDetails(ActorOut):
    """An actor with spellings, offices, and what it did."""

    aliases: list[AliasOut]
    roles: list[RoleOut]
    note: str | None
    counts: ActorCounts
    first_seen: date | None
    last_seen: date | None


class ArticleCounts(Out):
    """What an article tells."""

    events: int
    statements: int
    evidence: int


class ArticleOut(History):
    """What was printed, by whom and when."""

    id: str
    publisher: ActorRef | None
    agency: list[ActorRef]
    title: str
    titles: dict[str, str]
    language: str
    published: DateOut
    source_url: str | None
    text_kind: Literal["full", "digest", "none"]
    rights: Literal["served", "withheld"]
    counts: ArticleCounts


class AnnotationOut(EvidenceOut):
    """Words of the article, and the record that they support."""

    target: TargetRef


class ArticleDetails(ArticleOut):
    """An article with its text, where it may be served, and all its annotations."""

    text: str | None
    text_sha256: str | None
    notes: list[str]
    events: list[EventOut]
    statements: list[StatementOut]
    annotations: list[AnnotationOut]


class PlaceOut(History):
    """Where something happened; degrees in WGS 84."""

    id: str
    name: str
    names: dict[str, str]
    country: str | None
    lat: float | None
    lon: float | None
    precision: PlacePrecision
    parent: PlaceRef | None
    geonames: int | None


class DatasetOut(Out):
    """A set of records with one licence."""

    id: str
    title: str
    publisher: str
    license: str
    attribution: str
    homepage: str | None
    version: str
    counts: dict[str, int]
    revision: int
    created_at: datetime
    updated_at: datetime
    url: str


class CodeListOut(Out):
    """A list of codes."""

    id: str
    title: str
    description: str
    count: int
    url: str


class CodeOut(BaseModel):
    """A code with its definition; lists add members of their own, such as `cameo` and `goldstein` of event types."""

    model_config = ConfigDict(extra="allow")

    id: str
    label: dict[str, str]
    definition: str
    example: str | None


class CodesIn(CodeListOut):
    """A list with its codes, and the schemes that they refer to."""

    schemes: dict[str, Any]
    codes: list[CodeOut]


class HighlightOut(Out):
    """Where words of the query stand in a field of the record."""

    field: str = Field(description="Dotted path in the served record, such as `quote.text`.")
    ranges: list[tuple[int, int]] = Field(description="Start and end in code points of the field, the end exclusive.")


class SearchHitOut(Out):
    """A record that answers a query."""

    kind: Literal["event", "statement", "actor", "article"]
    id: str
    label: str
    score: float = Field(description="How well it answers, 0 to 1.")
    url: str
    highlights: list[HighlightOut]


class SuggestionOut(Out):
    """A record or code whose name may be the one that is being typed."""

    kind: str = Field(description="`actor`, `place`, or the kind of code, such as `event_type`.")
    id: str
    label: str
    matched: str = Field(description="The name, alias, code or id that matches.")
    language: str | None = Field(description="The language of the name that matches; null for codes and ids.")
    hint: str = Field(description="What tells it from others of its name.")


class PageOut(Out):
    """Where this page stands."""

    limit: int
    next: str | None = Field(description="Address of the next page; null on the last one.")
    total: int | None = Field(description="All that match, with `count=exact`.")


class MetaOut(Out):
    """What comes with every answer."""

    revision: int = Field(description="Number of the last change of the data.")
    license: str | None
    citation: str | None
    suggestion: str | None = Field(
        default=None, description="With `q` only: where it finds nothing, the nearest one that would find something."
    )


class Listing(BaseModel, Generic[Payload]):
    """A page of records."""

    data: list[Payload]
    page: PageOut
    meta: MetaOut


class Detail(BaseModel, Generic[Payload]):
    """One record."""

    data: Payload
    meta: MetaOut


class ParameterProblem(Out):
    """What is wrong with one parameter."""

    parameter: str
    value: str | None
    message: str
    allowed: list[str]
    nearest: list[str]


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    model_config = ConfigDict(extra="allow", json_schema_extra=_without_defaults)

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[ParameterProblem] = Field(default=[], description="One for each parameter that was refused.")


class ServiceOut(MetaOut):
    """The service and its data."""

    name: str
    version: str
    counts: dict[str, int]
    datasets: list[str]


class MergeIn(Out):
    """Which record a merge makes this one part of."""

    into: str = Field(description="The id of the record that stays.", examples=["sergey-lavrov"])


class WrittenOut(Out):
    """A record that a write touched."""

    operation: Literal["insert", "update", "delete", "merge"]
    kind: Literal["actor", "article", "event", "place", "statement"]
    id: str


class DuplicateOut(Out):
    """A new record that looks like one that is there; nothing was decided."""

    id: str = Field(description="The new record.")
    of: str = Field(description="The stored record that it is like.")
    reasons: list[str]


class ReportOut(Out):
    """What a write did, by kind of record."""

    added: dict[str, int]
    changed: dict[str, int]
    unchanged: dict[str, int]
    removed: dict[str, int]
    records: list[WrittenOut] = Field(description="Each record that is not as it was.")


class PostedOut(ReportOut):
    """What became of an article that was sent."""

    id: str
    duplicates: list[DuplicateOut]


class MergedOut(ReportOut):
    """What became of a merge, or of its undoing."""

    id: str
    into: str


class FaultOut(Out):
    """One thing wrong with what was sent."""

    line: int = Field(description="Line of the body, from 1; JSON is not read by lines, and has 1.")
    where: str = Field(description="Path of the value, such as `events[0].participants[1].actor`.")
    message: str
    found: str | None
    allowed: list[str]
    nearest: list[str]


class CheckedOut(Out):
    """What is wrong with an article that was sent, and what it would change."""

    faults: list[FaultOut]
    changes: ReportOut
    duplicates: list[DuplicateOut]


class ChangeOut(Out):
    """What became of a record."""

    revision: int
    at: datetime
    operation: Literal["insert", "update", "delete", "merge"]
    kind: Literal["actor", "article", "dataset", "event", "place", "statement"]
    id: str
    into: str | None = Field(description="The record that a merged one became part of.")


class RateOut(Out):
    """How often one address may ask."""

    requests: int | None = Field(description="Null is as often as it likes.")
    seconds: int


class QueryTimeOut(Out):
    """How long a query may take."""

    seconds: float


class LimitsOut(BaseModel):
    """Every limit that a client can meet."""

    limit: dict[str, int]
    timeline: dict[str, int]
    facets: dict[str, int]
    dyads: dict[str, int]
    network: dict[str, int]
    chain: dict[str, int]
    values: dict[str, int]
    id: dict[str, int]
    q: dict[str, int]
    suggest: dict[str, int]
    rate: RateOut
    query: QueryTimeOut
    streams: dict[str, int]
    body: dict[str, int]
    idempotency: dict[str, int]


class HealthOut(Out):
    """How the service is."""

    status: Literal["ok", "ready"]
