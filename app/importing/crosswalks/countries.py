"""Countries as ISO 3166-1 alpha-3 codes, from the codes and names that event data use."""

import re
from functools import cache, lru_cache

import pycountry

from app.importing.crosswalks.tables import CACHED, table

_CODE = re.compile(r"[A-Z]{3}")
# Names that ISO 3166 does not have: those of data sets, and earlier names of states.
NAMES = {
    "aland islands": "ALA",
    "bahamas, the": "BHS",
    "bailiwick of guernsey": "GGY",
    "bailiwick of jersey": "JEY",
    "bolivia": "BOL",
    "bosnia-herzegovina": "BIH",
    "brunei": "BRN",
    "burma": "MMR",
    "burma/myanmar": "MMR",
    "cape verde": "CPV",
    "caribbean netherlands": "BES",
    "cocos (keeling) islands": "CCK",
    "congo": "COG",
    "congo (kinshasa)": "COD",
    "congo-brazzaville": "COG",
    "congo-kinshasa": "COD",
    "cote d'ivoire": "CIV",
    "curacao": "CUW",
    "democratic republic of congo": "COD",
    "democratic republic of the congo": "COD",
    "dr congo": "COD",
    "east timor": "TLS",
    "falkland islands": "FLK",
    "gambia, the": "GMB",
    "gaza strip": "PSE",
    "holy see": "VAT",
    "iran": "IRN",
    "ivory coast": "CIV",
    "kingdom of eswatini": "SWZ",
    "korea (north)": "PRK",
    "korea (south)": "KOR",
    "laos": "LAO",
    "libyan arab jamahiriya": "LBY",
    "macau": "MAC",
    "macedonia": "MKD",
    "macedonia, fyr": "MKD",
    "micronesia": "FSM",
    "moldova": "MDA",
    "north korea": "PRK",
    "occupied palestinian territory": "PSE",
    "palestine": "PSE",
    "palestinian territories": "PSE",
    "palestinian territory, occupied": "PSE",
    "republic of congo": "COG",
    "republic of the congo": "COG",
    "reunion": "REU",
    "russia": "RUS",
    "saint-barthelemy": "BLM",
    "saint-martin": "MAF",
    "sint maarten": "SXM",
    "south korea": "KOR",
    "st. lucia": "LCA",
    "sudan (south)": "SSD",
    "swaziland": "SWZ",
    "syria": "SYR",
    "taiwan": "TWN",
    "tanzania": "TZA",
    "the bahamas": "BHS",
    "the former yugoslav republic of macedonia": "MKD",
    "the gambia": "GMB",
    "turkey": "TUR",
    "turkiye": "TUR",
    "us virgin islands": "VIR",
    "vatican city": "VAT",
    "venezuela": "VEN",
    "vietnam": "VNM",
    "west bank": "PSE",
}


@cache
def _column(name: str) -> dict[str, str]:
    return {code: row["iso3"] for row in table("countries") for code in row[name].split(";") if code}


def from_fips(code: str) -> str | None:
    """The country of a FIPS 10-4 code, as GDELT's places have them (RS is Russia)."""
    return _column("fips").get(code)


def from_gleditsch_ward(number: str) -> str | None:
    """The country of a Gleditsch-Ward number, as UCDP has them (652 is Syria)."""
    return _column("gw").get(number)


def from_cow(number: str) -> str | None:
    """The country of a Correlates of War number, as POLECAT has them."""
    return _column("cow").get(number)


def from_iso3(code: str) -> str | None:
    """CODE if it is an ISO 3166-1 alpha-3 code today."""
    return code if code in _alpha_3() else None


def from_export(value: object) -> str | None:
    """VALUE if it looks like a country code of our own exports, which may be of a former country."""
    return value if isinstance(value, str) and _CODE.fullmatch(value) else None


@lru_cache(maxsize=CACHED)
def name_of(iso3: str) -> str | None:
    """The usual English name of a country."""
    found = pycountry.countries.get(alpha_3=iso3) if from_iso3(iso3) else None
    return str(getattr(found, "common_name", found.name)) if found else None


@cache
def _alpha_3() -> frozenset[str]:
    return frozenset(country.alpha_3 for country in pycountry.countries)


@lru_cache(maxsize=CACHED)
def from_number(number: str) -> str | None:
    """The country of an ISO 3166-1 number, with or without its leading zeros."""
    found = pycountry.countries.get(numeric=number.zfill(3))
    return found.alpha_3 if found else None


@lru_cache(maxsize=CACHED)
def from_name(name: str) -> str | None:
    """The country with the English NAME (`Russia (Soviet Union)` is Russia, but there are two Congos), or None."""
    whole = " ".join(name.split())
    plain = whole.partition("(")[0].strip()
    if iso3 := NAMES.get(whole.casefold()) or NAMES.get(plain.casefold()):
        return iso3
    try:
        # Up to three letters may be codes of other schemes (FIPS), which would be taken for ISO 3166.
        return str(pycountry.countries.lookup(plain).alpha_3) if len(plain) > 3 else None  # noqa: PLR2004
    except LookupError:
        return None
