"""Rows in the layout of GDELT 2.0 events, made up, and the same every time.

As skewed as real ones, as varied and as long: 2,111 rows of a real file have 405 bytes each, and among them are 522
parties, 391 places and 425 addresses.
"""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product

from app.importing.crosswalks import cameo
from app.importing.formats.gdelt_events import COLUMNS
from benchmarks.data import zipf
from benchmarks.vocabulary import TOWNS, countries, person

SECTORS = ("GOV", "", "MIL", "OPP", "MED", "CVL", "COP", "JUD", "BUS", "EDU", "REB", "LEG")
ROWS_AN_ADDRESS = 5
WITHOUT_ACTOR = (0.08, 0.25)
FIRST_DAY = date(2019, 1, 1)
PLACES = 1_500
HEADLINE = "ministers-call-for-talks-after-strikes"


def rows(number: int) -> Iterator[tuple[str, ...]]:
    """NUMBER rows, each a cell for each of COLUMNS."""
    chance = random.Random(number)  # noqa: S311 - no secret
    parties, codes = _parties(), [one for one in cameo.codes().values() if one.score("gdelt") is not None]
    often = {size: zipf(size) for size in (len(parties), len(codes), PLACES)}

    def one_of(size: int) -> int:
        return chance.choices(range(size), cum_weights=often[size])[0]

    for each in range(number):
        address = each // ROWS_AN_ADDRESS
        day = FIRST_DAY + timedelta(days=each * 300 // number)
        coded = codes[one_of(len(codes))]
        code = coded.code
        cells = {
            "GLOBALEVENTID": str(900_000_000 + each),
            "SQLDATE": f"{day:%Y%m%d}",
            "MonthYear": f"{day:%Y%m}",
            "Year": f"{day:%Y}",
            "FractionDate": f"{day.year + day.timetuple().tm_yday / 366:.4f}",
            "IsRootEvent": "1",
            "EventCode": code,
            "EventBaseCode": code[:3],
            "EventRootCode": code[:2],
            "QuadClass": str(coded.quad_class),
            "GoldsteinScale": str(coded.score("gdelt")),
            "NumMentions": str(chance.randrange(1, 20)),
            "NumSources": "1",
            "NumArticles": "5",
            "AvgTone": f"{chance.uniform(-10, 10):.15f}",
            "DATEADDED": f"{day:%Y%m%d}101500",
            "SOURCEURL": f"https://news{address % 97}.example/{day:%Y/%m/%d}/{address}-{HEADLINE}.html",
        }
        for actor, missing in zip(("Actor1", "Actor2"), WITHOUT_ACTOR, strict=True):
            if chance.random() >= missing:
                cells |= {actor + name: text for name, text in parties[one_of(len(parties))].items()}
                cells |= _place(f"{actor}Geo", one_of(PLACES))
        cells |= _place("ActionGeo", one_of(PLACES))
        yield tuple(cells.get(name, "") for name in COLUMNS)


def _parties() -> list[dict[str, str]]:
    """Sectors of the busiest countries, and people of them."""
    found = []
    for number, (sector, (country, (name, _))) in enumerate(product(SECTORS, countries()[:100])):
        named = name.upper() if number % 3 else person(number)[0].upper()
        found.append({"Code": country + sector, "Name": named, "CountryCode": country, "Type1Code": sector})
    return found


def _place(prefix: str, number: int) -> dict[str, str]:
    town = TOWNS[number % len(TOWNS)][0]
    cells = {
        "Type": "4",
        "FullName": f"{town} {number // len(TOWNS)}, Syria",
        "CountryCode": "SY",
        "ADM1Code": "SY09",
        "ADM2Code": str(178_000 + number % 600),
        "Lat": f"{33 + number % 50 / 10:.4f}",
        "Long": f"{36 + number % 40 / 10:.4f}",
        "FeatureID": str(-2_000_000 - number),
    }
    return {f"{prefix}_{name}": text for name, text in cells.items()}
