"""The nearest match of a name that nobody knows."""

from collections.abc import Iterable

from rapidfuzz import fuzz, process, utils

LIKENESS = 60
MOST = 3


def nearest(value: str, choices: Iterable[str]) -> list[str]:
    """Up to three of CHOICES that look like VALUE, the likest first."""
    found = process.extract(
        value, list(choices), scorer=fuzz.WRatio, processor=utils.default_process, limit=None, score_cutoff=LIKENESS
    )
    # Among those that hold VALUE alike, the one with the least beside it.
    ranked = sorted(found, key=lambda one: (-one[1], -fuzz.ratio(value, one[0])))
    return [choice for choice, _score, _index in ranked[:MOST]]
