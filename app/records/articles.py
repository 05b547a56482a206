"""Articles, as lists have them."""

from app.models.articles import Rights, TextKind
from app.records.base import History, Out
from app.records.references import ActorRef, DateOut


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
    text_kind: TextKind
    rights: Rights
    counts: ArticleCounts
