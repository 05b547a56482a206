"""What an earlier import made of texts that say it no longer, because their annotation was corrected."""

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, select

from app.dialects.keys import among
from app.importing.annotated_text.making import Made
from app.importing.annotated_text.shape import AnnotatedText
from app.importing.annotated_text.telling import EVENT, STATEMENT
from app.loading.edits.recalling import told_in
from app.loading.offsets import starts_of
from app.loading.planning import Removal
from app.models import Account, Event, Evidence, Statement


def untold(db: Connection, made: Iterable[tuple[AnnotatedText, Made]]) -> Removal:
    """The events and statements in DB that were made of the texts that are MADE anew, and that these do not tell.

    Of a page that is elsewhere, a file may have some annotations only. What somebody wrote has ids of another form,
    and what another article tells as well stays.
    """
    articles = {one.article.id: one.article for read, one in made if read.text is not None}
    told = {event.id for article in articles.values() for event in article.events}
    told |= {statement.id for article in articles.values() for statement in article.statements}
    events = {key for key in told_in(db, articles) if key not in told and _is_of(key, articles, EVENT)}
    for table in (Evidence, Account):
        elsewhere = table.article_id.not_in(articles)
        events -= set(db.scalars(select(table.event_id).where(among(table.event_id, events), elsewhere)))
    said = db.scalars(select(Statement.id).where(among(Statement.article_id, articles)))
    statements = {key for key in said if key not in told and _is_of(key, articles, STATEMENT)}
    return Removal({Event: events, Statement: statements})


def _is_of(key: str, articles: Collection[str], infix: str) -> bool:
    """Whether KEY was made of a mark in one of ARTICLES: the id of that, INFIX, and the mark."""
    return any(key[:at] in articles for at in starts_of(key, infix))
