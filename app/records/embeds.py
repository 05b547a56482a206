"""Events and statements in a list, with the parts that `include` asks for."""

from pydantic import Field

from app.records.articles import ArticleOut
from app.records.events import EventOut
from app.records.evidence import EvidenceOut, RelationOut
from app.records.statements import StatementOut


class EventListed(EventOut):
    """An event in a list, with the parts that `include` asks for."""

    evidence: list[EvidenceOut] = Field(default=[])
    statements: list[StatementOut] = Field(default=[])
    articles: list[ArticleOut] = Field(default=[])


class StatementListed(StatementOut):
    """A statement in a list, with the parts that `include` asks for."""

    evidence: list[EvidenceOut] = Field(default=[])
    relations: list[RelationOut] = Field(default=[])
    articles: list[ArticleOut] = Field(default=[])
