"""Parties from CAMEO actor codes."""

from functools import lru_cache

from app.importing.crosswalks.actors import cameo_actor
from app.importing.crosswalks.tables import CACHED
from app.importing.records import Party

NOBODY = frozenset({"", "---", "NA", "NULL", "None", "null"})


@lru_cache(maxsize=CACHED)
def cameo_parties(code: str) -> tuple[Party, ...]:
    """The actor of CODE, or nobody. It has no name but what the code means."""
    code = code.strip()
    if code in NOBODY:
        return ()
    found = cameo_actor(code)
    return (Party("cameo", code, None, found.kind, found.country, found.sectors),)
