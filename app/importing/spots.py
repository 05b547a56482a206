"""Places by what a source calls them."""

from collections.abc import Sequence

from app.importing.records import Spot


def spot(names: Sequence[str], country: str | None, point: tuple[float | None, float | None], precision: str) -> Spot:
    """The place that NAMES call, from itself to its country; with another point or precision it is another one."""
    lat, lon = point
    key = "|".join((*names, *(() if lat is None else (f"{lat},{lon}",)), precision))
    return Spot(key, names[0], country, lat, lon, precision)
