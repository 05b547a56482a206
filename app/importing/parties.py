"""Parties from CAMEO actor codes."""

from dataclasses import replace
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


def named_parties(code: str, name: str) -> tuple[Party, ...]:
    """A coded actor with the NAME that the text has, or one without a code, which may be in quotation marks.

    The code may be a country and a sector, either of which may be None.
    """
    if code.strip().startswith('"'):
        code, name = "", code.strip(' "') or name
    coded = cameo_parties("".join(part for part in code.split() if part not in NOBODY))
    if name in NOBODY:
        return coded
    return tuple(replace(party, name=name) for party in coded) or (Party("cameo", None, name),)
