"""The response models of the baseline and of FastCRUD."""

from datetime import date

from pydantic import BaseModel, ConfigDict


class Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class ActorOut(Out):
    id: str
    name: str
    kind: str
    country: str | None


class PlaceOut(Out):
    id: str
    name: str
    country: str | None
    lat: float | None
    lon: float | None
    precision: str


class ParticipantOut(Out):
    actor: ActorOut
    role: str
    on_behalf_of: ActorOut | None


class ArticleOut(Out):
    id: str
    title: str
    source_url: str | None
    start_on: date | None
    publisher: ActorOut | None


class EvidenceOut(Out):
    article: ArticleOut
    exact: str | None
    prefix: str | None
    suffix: str | None
    start_at: int | None
    end_at: int | None
    language: str | None
    verified: bool


class FigureOut(Out):
    kind: str
    value: float
    qualifier: str
    unit: str | None


class AccountOut(Out):
    actor: ActorOut | None
    article: ArticleOut
    stance: str
    note: str | None


class RelationOut(Out):
    type: str
    to_event_id: str | None


class StatementOut(Out):
    id: str
    speaker: ActorOut | None
    start_on: date | None
    act: str
    gist: str
    quote_text: str | None


class EventRow(Out):
    """The columns of an event alone."""

    id: str
    type: str
    label: str
    labels: dict[str, str]
    summary: str | None
    start_on: date | None
    end_on: date | None
    precision: str
    place_id: str | None
    status: str
    cameo: str | None
    plover: str | None
    quad_class: int | None
    goldstein: float | None


class EventOut(EventRow):
    place: PlaceOut | None
    participants: list[ParticipantOut]


class EventDetails(EventOut):
    evidence: list[EvidenceOut]
    figures: list[FigureOut]
    accounts: list[AccountOut]
    relations: list[RelationOut]
    statements: list[StatementOut]


class Count(Out):
    value: str
    count: int


class Month(Out):
    start: date
    count: int


class Facets(Out):
    type: list[Count]
    country: list[Count]
    actor: list[Count]
