"""The ids that a folder names, so that a database can be asked for them at once."""

from collections import defaultdict

from app.loading import annotated
from app.loading.folder import Folder


def references(folder: Folder) -> dict[str, set[str]]:
    """The ids that FOLDER names, by kind."""
    found: dict[str, set[str]] = defaultdict(set)
    for source in folder.articles:
        article = source.content
        found["actor"] |= {one for one in (article.publisher, *article.agency) if one}
        for record in article.records:
            found["event"] |= {relation.target for relation in record.relations}
        for event in article.events:
            found["event"].add(event.id)
            found["place"] |= {event.place} if event.place else set()
            found["actor"] |= _actors_of_event(event)
        for statement in article.statements:
            found["event"] |= {*statement.about, *filter(None, [statement.event])}
            found["actor"] |= _actors_of_statement(statement)
    for actor in folder.actors.content.actors:
        found["actor"] |= {one for one in (actor.parent, *(role.organisation for role in actor.roles)) if one}
    found["place"] |= {place.parent for place in folder.places.content.places if place.parent}
    # A relation may name an event or a statement.
    found["statement"] = set(found["event"])
    return found


def _actors_of_event(event: annotated.Event) -> set[str]:
    took_part = (one for part in event.participants for one in (part.actor, part.on_behalf_of))
    tell = (account.actor for account in event.accounts)
    return {one for one in (*took_part, *tell) if one}


def _actors_of_statement(said: annotated.Statement) -> set[str]:
    named = (said.speaker, said.on_behalf_of, said.venue, *said.addressees, *said.reported_via)
    return {one for one in named if one}
