"""Events, statements and articles with all their parts."""

from pydantic import Field

from app.records.articles import ArticleOut
from app.records.base import Out
from app.records.events import AccountOut, EventOut, FigureOut
from app.records.evidence import EvidenceOut, InverseRelationOut, RelationOut
from app.records.references import TargetRef
from app.records.statements import StatementOut


class ContradictionOut(Out):
    """A field in which the accounts of an event contradict each other."""

    field: str = Field(description="A field of the event; `status` if an account denies or doubts it.")
    accounts: list[AccountOut] = Field(description="Those that differ from the record in it.")
    against: list[AccountOut] = Field(description="Those that assert it and do not differ in the field.")
    figures: list[FigureOut] = Field(
        description="If the field is `figures`: those that count the same thing, and that articles give differently."
    )


class EventDetails(EventOut):
    """An event with its evidence, accounts, relations both ways, and the statements that belong to it."""

    evidence: list[EvidenceOut]
    accounts: list[AccountOut]
    contradictions: list[ContradictionOut]
    inverse_relations: list[InverseRelationOut]
    statements: list[StatementOut]


class StatementDetails(StatementOut):
    """A statement with its evidence, its relations, and the other versions of the same utterance."""

    evidence: list[EvidenceOut]
    relations: list[RelationOut]
    inverse_relations: list[InverseRelationOut]
    note: str | None
    versions: list[StatementOut]


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
