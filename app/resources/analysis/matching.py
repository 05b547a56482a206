"""What a view counts: the records of a list, found in the way that suits sums instead of pages."""

from typing import Any

from sqlalchemy import Select, select

from app.listing import Resource
from app.models import Addressee, Participant

# Where the records of an actor are found at once, by the filter that names it.
_INDEXED: dict[str, dict[str, tuple[Any, Any]]] = {
    "event": {
        "actor": (Participant.event_id, Participant.actor_id),
        "source": (Participant.event_id, Participant.actor_id),
        "target": (Participant.event_id, Participant.actor_id),
        "on_behalf_of": (Participant.event_id, Participant.on_behalf_of_id),
    },
    "statement": {"addressee": (Addressee.statement_id, Addressee.actor_id)},
}


def matching(resource: Resource, asked: Any, *columns: Any) -> Select[Any]:
    """COLUMNS of the records that ASKED wants, as in the list.

    A page of a list walks the newest records and tries each against its actors; a sum needs every one, so that it had
    better begin with those of the actor. SQLite does so only if it is told twice, the values one by one.
    """
    query = resource.matching(asked, *columns)
    for name, (owner, actor) in _INDEXED[resource.kind].items():
        if wanted := getattr(asked, name):
            query = query.where(resource.table.id.in_(select(owner).where(actor.in_(wanted))))
    return query
