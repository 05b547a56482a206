"""The kinds and countries of actors that codes and sectors stand for."""

from dataclasses import dataclass
from functools import cache, lru_cache

from app.importing.crosswalks.tables import CACHED, table

GROUP = 3  # letters of each part of a CAMEO actor code
CORPORATION = "MNC"
NOWHERE = "---"  # in the place of a country that nobody knows

# Of several kinds that sectors stand for, the first in this order counts: a rebel ministry is an armed group, and a
# minister of a ruling party a government body.
RANK = ("armed_group", "intergovernmental", "media", "government_body", "party", "ngo", "other", "population", "state")
_ROLES = ("role_primary", "role_secondary", "role_tertiary", "role_special", "international_generic")


@dataclass(frozen=True, slots=True)
class Decoded:
    """What the code of an actor means; `sectors` are its parts after the country."""

    kind: str
    country: str | None
    sectors: tuple[str, ...] = ()
    label: str | None = None


@cache
def _category(*names: str) -> dict[str, dict[str, str]]:
    return {row["code"]: row for row in table("actors") if row["category"] in names}


@lru_cache(maxsize=CACHED)
def cameo_actor(code: str) -> Decoded:
    """What CODE (`RUSGOV`, `SYRREBISI`, `IGOUNO`) stands for; an unknown one is `other`, with its parts as sectors."""
    if named := _named(code):
        return named
    parts = tuple(code[at : at + GROUP] for at in range(0, len(code), GROUP))
    parts = parts[1:] if parts[:1] == (NOWHERE,) else parts
    if parts[:1] == (CORPORATION,):
        return _corporation(parts)
    place = _category("country", "place").get(parts[0]) if parts else None
    behind = parts[1:] if place else parts
    country = place["iso3"] or None if place else None
    if not behind:
        return Decoded(place["kind"] if place else "other", country, (), place["label"] if place else None)
    return Decoded(_kind_of_parts(behind, domestic=place is not None), country, behind)


def _corporation(parts: tuple[str, ...]) -> Decoded:
    """A firm of the country behind its first part; what is behind that is its business, which makes it no ministry."""
    home = _category("country").get(parts[1]) if len(parts) > 1 else None
    return Decoded("media" if "MED" in parts else "other", home["iso3"] or None if home else None, parts)


def _named(code: str) -> Decoded | None:
    """An organisation, region or group whose whole code is in the table."""
    row = _category("organization").get(code) or _category("region").get(code)
    row = row or (_category("known_group").get(code) if code not in _category("country") else None)
    if row is None:
        return None
    sectors = tuple(code[at : at + GROUP] for at in range(0, len(code), GROUP)) if row["category"] != "region" else ()
    return Decoded(row["kind"], row["iso3"] or None, sectors, row["label"])


def _kind_of_parts(parts: tuple[str, ...], *, domestic: bool) -> str:
    kinds = {kind for part in parts if (kind := _kind_of_part(part))}
    if kinds:
        return ranked(kinds)
    # Parts that no table has are ethnic groups and religions.
    return "population" if domestic else "other"


def _kind_of_part(part: str) -> str | None:
    row = _category(*_ROLES).get(part) or _category("known_group").get(part)
    return row["kind"] or None if row else None


def label_of_part(part: str) -> str | None:
    """What one part of a CAMEO actor code means."""
    row = _category(*_ROLES).get(part) or _category("known_group").get(part)
    return row["label"] if row else None


def ranked(kinds: set[str]) -> str:
    """The kind that counts among KINDS."""
    return min(kinds, key=RANK.index) if kinds else "other"


def plover_sector(code: str) -> str | None:
    """The kind of a PLOVER sector; None if the sector is unknown, or does not tell (PRE)."""
    return _kinds("plover_sectors", "code").get(code)


@lru_cache(maxsize=CACHED)
def icews_kind(sectors: tuple[str, ...], *, domestic: bool) -> str | None:
    """The kind that ICEWS SECTORS stand for; None if none of them tells.

    An actor that is DOMESTIC, of a country, is not an organisation of states, though it may sit in one.
    """
    known = _kinds("icews_sectors", "sector")
    kinds = {known[sector] for sector in sectors if sector in known} - ({"intergovernmental"} if domestic else set())
    return ranked(kinds) if kinds else None


@cache
def _kinds(name: str, key: str) -> dict[str, str]:
    return {row[key]: row["kind"] for row in table(name) if row["kind"]}
