"""The nearest matches of an unknown name."""

from collections.abc import Iterable

from rapidfuzz import fuzz, process, utils

LIKENESS = 60
PARTS = 0.8
MOST = 3
# WRatio counts a part of a text that is longer than this many names for so little that it is no likeness here.
TIMES_AS_LONG = 8


def nearest(value: str, choices: Iterable[str]) -> list[str]:
    """Up to three of CHOICES that look like VALUE, the likest first; likeness to a part of one counts less."""
    length = len(utils.default_process(value))
    comparable = [one for one in choices if length <= TIMES_AS_LONG * len(one)]
    found = process.extract(
        value, comparable, scorer=_likeness, processor=utils.default_process, limit=None, score_cutoff=LIKENESS
    )
    ranked = sorted(found, key=lambda one: (-one[1], -fuzz.ratio(value, one[0])))
    return [choice for choice, _score, _index in ranked[:MOST]]


def _likeness(value: str, choice: str, **_options: object) -> float:
    return max(fuzz.ratio(value, choice), PARTS * fuzz.WRatio(value, choice))
