"""PLOVER events and modes: our type, the quad class and the score of each; and the PLOVER codes of CAMEO codes."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from app.importing.crosswalks.tables import CACHED, table

# Event types from before PLOVER 2.0, and those that replaced them.
FORMER = {
    "DEMAND": "REQUEST",
    "DISAPPROVE": "ACCUSE",
    "INVESTIGATE": "ACCUSE",
    "FIGHT": "ASSAULT",
    "MASS VIOLENCE": "ASSAULT",
    "THREAT": "THREATEN",
    "YIELD": "CONCEDE",
    "SEIZE": "COERCE",
}
_FORMER_TYPES = {"DEMAND": "demand", "DISAPPROVE": "condemnation", "INVESTIGATE": "investigation", "SEIZE": "seizure"}
_FORMER_TYPES |= {"FIGHT": "armed_attack"}
_BETWEEN = re.compile(r"\s*[;,|]\s*")


@dataclass(frozen=True, slots=True)
class Plover:
    """One event, or one mode of it; `score` is None where none was published."""

    event: str
    mode: str | None
    type: str
    quad_class: int
    score: float | None

    @property
    def code(self) -> str:
        """The code as our events carry it: the event and its mode."""
        return f"{self.event}-{self.mode}" if self.mode else self.event


@cache
def _known() -> dict[tuple[str, str, str], Plover]:
    return {(row["event"], row["mode"], row["context"]): _row(row) for row in table("plover")}


def _row(row: dict[str, str]) -> Plover:
    score = float(row["score"]) if row["score"] else None
    return Plover(row["event"], row["mode"] or None, row["type"], int(row["quad_class"]), score)


@lru_cache(maxsize=CACHED)
def plover(event: str, mode: str | None = None, contexts: str = "") -> Plover | None:
    """EVENT in MODE, or None if EVENT is unknown. Of its CONTEXTS (`economic;legal`), the first that tells a type does.

    With an unknown mode it is the event alone; an event type from before 2.0 is the one that replaced it.
    """
    name = event.strip().upper()
    current = FORMER.get(name, name)
    known = _known()
    bare = known.get((current, "", ""))
    if bare is None:
        return None
    told = (known.get((current, "", context)) for context in _BETWEEN.split(contexts.strip().casefold()))
    found = known.get((current, _mode(current, mode), "")) or bare
    if found.mode is None and name in _FORMER_TYPES:
        return Plover(current, None, _FORMER_TYPES[name], found.quad_class, found.score)
    return next(filter(None, told), found) if found is bare else found


def as_given(event: str, mode: str | None) -> str:
    """The code as a source gives it in two parts, of which the second may have the first before it."""
    return mode if mode and mode.startswith(f"{event}-") else "-".join(filter(None, (event, mode)))


def _mode(event: str, mode: str | None) -> str:
    # Files have the mode alone (visit) or after its event (CONSULT-visit).
    return (mode or "").strip().lower().removeprefix(f"{event.lower()}-")


@lru_cache(maxsize=CACHED)
def plover_of(code: str) -> str | None:
    """The PLOVER code, event and mode, of a CAMEO CODE; PLOVER has none for statements and appeals."""
    found = of_cameo().get(code)
    return "-".join(filter(None, found[:2])) if found else None


@cache
def of_cameo() -> dict[str, tuple[str, str | None, str | None]]:
    """Event, mode and context of each CAMEO code that has a PLOVER equivalent."""
    return {row["cameo"]: (row["event"], row["mode"] or None, row["context"] or None) for row in table("cameo_plover")}
