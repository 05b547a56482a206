"""Places by what a source calls them."""

from collections.abc import Sequence

from app.importing.crosswalks.countries import from_name
from app.importing.records import Spot

# Event data list them among countries.
_PARTS = frozenset({"gaza strip", "west bank"})


def spot(names: Sequence[str], country: str | None, point: tuple[float | None, float | None], precision: str) -> Spot:
    """The place that NAMES call, from itself to its country; with another point or precision it is another one."""
    lat, lon = point
    key = "|".join((*names, *(() if lat is None else (f"{lat},{lon}",)), precision))
    return Spot(key, names[0], country, lat, lon, precision)


def named_place(name: str, point: tuple[float | None, float | None] = (None, None)) -> Spot:
    """The place of which only the NAME is told, and perhaps a point: a country, or somewhere in one."""
    (lat, lon), iso3 = point, from_name(name)
    key = name if lat is None else f"{name}|{lat},{lon}"
    whole = iso3 and name.casefold() not in _PARTS
    return Spot(key, name, iso3, lat, lon, "country" if whole else "region")
