"""What one actor does, by codes that writing counts (app/loading/activity.py), for facets that ask for nothing else."""

from sqlalchemy import Connection

from app.answering.views import View
from app.asking.shapes import shape_of
from app.loading.kept_sums import Counts, kept
from app.loading.summing import KINDS
from app.reading.prepared import looks_back


def activity_of(db: Connection, view: View) -> Counts:
    """What the one actor that VIEW names does in all, by each dimension that is kept; of no or several actors, none."""
    doing = KINDS[view.resource.kind].doing
    if looks_back(db) or not shape_of(view.resource.filters, view.asked).has_one(doing.name):
        return {}
    key = doing.key_of(getattr(view.asked, doing.name)[0])
    stored: Counts = kept(db, [key]).get(key, {})
    return {dimension: stored.get(dimension, {}) for dimension in doing.dimensions}


def is_of_one_actor(view: View) -> bool:
    """Whether VIEW asks for all that one actor does, and for nothing else."""
    doing = KINDS[view.resource.kind].doing
    return shape_of(view.resource.filters, view.asked).given == ((doing.name, 1),)
