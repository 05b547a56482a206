"""What supports a record, and what ties it to others."""

from pydantic import Field

from app.codes import RelationType
from app.records.base import Out
from app.records.references import ArticleRef, TargetRef


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
    verified: bool = Field(description="Whether the words are in a text that we hold.")


class RelationOut(Out):
    """A tie to an event or a statement."""

    type: RelationType
    target: TargetRef


class InverseRelationOut(Out):
    """A tie of another record to this one, seen from this side."""

    type: str = Field(description="The inverse of a relation type, such as `followed_by`.")
    target: TargetRef
