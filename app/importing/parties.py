"""Who took part, out of a CAMEO actor code."""

from functools import lru_cache

from app.importing.crosswalks.actors import cameo_actor, label_of_part
from app.importing.crosswalks.tables import CACHED
from app.importing.records import Party

NOBODY = frozenset({"", "---", "NA", "NULL", "None", "null"})


@lru_cache(maxsize=CACHED)
def cameo_parties(code: str) -> tuple[Party, ...]:
    """The actor of CODE, or nobody; its name is put together from what its parts mean (`Rebels (Syria)`)."""
    code = code.strip()
    if code in NOBODY:
        return ()
    found = cameo_actor(code)
    return (Party("cameo", code, found.label or _name(code, found.sectors), found.kind, found.country, found.sectors),)


def _name(code: str, sectors: tuple[str, ...]) -> str:
    parts = ", ".join(label_of_part(part) or part for part in sectors)
    place = cameo_actor(code[:3]).label if code[:3] not in sectors[:1] else None
    return f"{parts} ({place})" if place else parts
