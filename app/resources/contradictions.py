"""Contradictions: fields in which the accounts of one event cannot all be right.

Nothing is decided here: the accounts are put side by side, with the figures that articles give.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

Json = dict[str, Any]


def contradictions(event: Json) -> list[Json]:
    """The contradictions among the accounts of EVENT: first whether it happened (`status`), then by field."""
    accounts, figures = event["accounts"], event["figures"]
    asserting = [one for one in accounts if one["stance"] == "asserts"]
    unsure = [one for one in accounts if one["stance"] != "asserts"]
    found = [_contradiction("status", unsure, asserting, [])] if unsure else []
    several = _several(figures)
    fields = {field for one in accounts for field in one["differs"]} | ({"figures"} if several else set())
    for field in sorted(fields):
        differing = [one for one in accounts if field in one["differs"]]
        others = [one for one in asserting if field not in one["differs"]]
        found.append(_contradiction(field, differing, others, several if field == "figures" else []))
    return found


def _contradiction(field: str, accounts: Sequence[Json], against: Sequence[Json], figures: Sequence[Json]) -> Json:
    return {"field": field, "accounts": accounts, "against": against, "figures": figures}


def _several(figures: Sequence[Json]) -> list[Json]:
    """Those of FIGURES that count the same thing, and that articles give differently; one article may give a range."""

    def counted(one: Json) -> tuple[str, str]:
        return one["kind"], one["unit"] or ""

    kinds = [list(same) for _, same in groupby(sorted(figures, key=counted), key=counted)]
    return [one for same in kinds if _differ(same) for one in same]


def _differ(figures: Sequence[Json]) -> bool:
    """Whether articles give different ones of FIGURES."""
    articles = {article for one in figures for article in one["articles"]}
    given = {tuple(article in one["articles"] for one in figures) for article in articles}
    return len(given) > 1
