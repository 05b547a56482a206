"""Statements, as lists have them."""

from pydantic import Field

from app.codes import Directness, Medium, SpeechAct, Topic
from app.records.base import History, Out
from app.records.references import ActorRef, ArticleRef, DateOut, EventRef


class QuoteOut(Out):
    """The words as they were printed, and in English."""

    text: str
    language: str
    is_translation: bool | None = Field(description="Whether the article translates what was said; null if unknown.")
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
