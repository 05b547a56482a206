"""The nearest matches of an unknown name."""

from collections.abc import Iterable

from rapidfuzz import fuzz, process, utils

LIKENESS = 60
PARTS = 0.8
MOST = 3


def nearest(value: str, choices: Iterable[str]) -> list[str]:
    """Up to three of CHOICES that look like VALUE, the likest first; likeness to a part of one counts less."""
    found = process.extract(
        value, list(choices), scorer=_likeness, processor=utils.default_process, limit=None, score_cutoff=LIKENESS
    )
    ranked = sorted(found, key=lambda one: (-one[1], -fuzz.ratio(value, one[0])))
    return [choice for choice, _score, _index in ranked[:MOST]]


def _likeness(value: str, choice: str, **_options: object) -> float:
    return max(fuzz.ratio(value, choice), PARTS * fuzz.WRatio(value, choice))
