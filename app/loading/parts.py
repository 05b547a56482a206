"""Rows that belong to a record: its evidence, its relations, its lists."""

from collections.abc import Iterable

from pydantic import Field

from app.loading import annotated
from app.loading.drafts import Row
from app.loading.offsets import Selector, locate


class Unverified(annotated.Words):
    """Evidence as an import brought it, which no text of ours proves: with the columns that it is stored in."""

    columns: Row = Field(exclude=True)


def evidence_rows(owner: str, article: annotated.Article, record: annotated.Event | annotated.Statement) -> list[Row]:
    """The evidence of RECORD in ARTICLE; the column OWNER names the record."""
    return [
        {
            owner: record.id,
            "article_id": article.id,
            "field": words.field,
            "language": article.language,
            **(words.columns if isinstance(words, Unverified) else _found(article.text, words)),
        }
        for words in record.evidence
    ]


def _found(text: str | None, words: annotated.Words) -> Row:
    """WORDS with their place in TEXT; if there is no text, as they were given, and not verified."""
    if text is None:
        given = {"exact": words.exact, "prefix": words.prefix, "suffix": words.suffix}
        return {"verified": False, **given, "start_at": None, "end_at": None}
    return selected(locate(text, words.exact or "", words.prefix, words.suffix, words.occurrence))


def selected(selector: Selector) -> Row:
    """SELECTOR as columns: words that were found in the text."""
    return {
        "verified": True,
        "exact": selector.exact,
        "prefix": selector.prefix,
        "suffix": selector.suffix,
        "start_at": selector.start,
        "end_at": selector.end,
    }


def relation_rows(
    owner: str, record: str, relations: Iterable[tuple[annotated.Relation, str]], said: set[str]
) -> list[Row]:
    """The rows of RELATIONS, each with the article that tells it, which is the first of several."""
    distinct: dict[tuple[str, str], str] = {}
    for relation, article in relations:
        distinct.setdefault((relation.type, relation.target), article)
    return [
        {
            owner: record,
            "position": position,
            "type": kind,
            "to_event_id": None if target in said else target,
            "to_statement_id": target if target in said else None,
            "article_id": article,
        }
        for position, ((kind, target), article) in enumerate(distinct.items())
    ]


def listed(owner: str, record: str, column: str, values: Iterable[str]) -> list[Row]:
    """A row for each of VALUES, once, in COLUMN; the column OWNER names the RECORD."""
    return [
        {owner: record, "position": position, column: value} for position, value in enumerate(dict.fromkeys(values))
    ]


def number(rows: list[Row]) -> None:
    """Number ROWS by their positions."""
    for position, row in enumerate(rows):
        row["position"] = position
