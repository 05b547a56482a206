"""What one actor does, by codes that writing counts (app/loading/activity.py), for facets that ask for nothing else."""

from collections.abc import Mapping

from sqlalchemy import Connection

from app.asking.shapes import shape_of
from app.loading.kept_sums import kept
from app.loading.summing import KINDS
from app.reading.prepared import LOOKING_BACK
from app.resources.analysis.matching import View


def activity_by(db: Connection, view: View, dimension: str) -> Mapping[str, int] | None:
    """How many records of VIEW have each value of DIMENSION; None unless it is all that one actor does."""
    doing = KINDS[view.resource.kind].doing
    alone = shape_of(view.resource.filters, view.asked).given == ((doing.name, 1),)
    if not alone or dimension not in doing.dimensions or LOOKING_BACK in db.get_execution_options():
        return None
    key = doing.key_of(getattr(view.asked, doing.name)[0])
    counts: Mapping[str, int] = kept(db, [key]).get(key, {}).get(dimension, {})
    return counts
