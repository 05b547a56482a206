"""Events, as lists have them."""

from pydantic import Field

from app.codes import EventType, FigureKind, ParticipantRole, Status
from app.models.events import Qualifier, Stance
from app.records.base import History, Out
from app.records.evidence import RelationOut
from app.records.references import ActorRef, ArticleRef, DateOut, PlaceRef


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
    goldstein_table: float | None = Field(description="The score in the code's table, if the source gives another.")
    originals: dict[str, str] = Field(description="The source's own codes of an imported event, by scheme.")


class FigureOut(Out):
    """A number, and the articles that give it."""

    kind: FigureKind
    value: float
    qualifier: Qualifier
    unit: str | None
    articles: list[ArticleRef]


class AccountOut(Out):
    """Who tells the event in which article. Without an actor, the article itself tells it."""

    actor: ActorRef | None
    article: ArticleRef
    stance: Stance
    note: str | None
    differs: list[str]


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
    measures: dict[str, float] = Field(description="Numbers of an imported event that are not codes, by name.")
    figures: list[FigureOut]
    relations: list[RelationOut]
    counts: EventCounts
