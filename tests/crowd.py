"""A made-up data set for sums: many events and statements between few actors, with dates of every precision."""

import random
from functools import cache
from pathlib import Path

import yaml

from app.codes import codes
from tests.conftest import Databases
from tests.helpers import Record, load

EVENTS = 160
STATEMENTS = 90
COUNTRIES = ("FRA", "DEU", None)
DATES = (
    *("2015-12-28", "2015-12-31", "2016-01-01", "2016-01-03", "2016-01-04", "2016-02-29", "2016-03-31", "2016-11-07"),
    *("2016-01-30/2016-02-02", "2016-02-27/..", "2016-01/2016-02", "../2016-03-01", "2016-W05", "2016-W52", "2015-W53"),
    *("2016-02", "2016-Q1", "2016", "2014", None),
)
WORD = "word{:04}x"


@cache
def crowd_url(databases: Databases) -> str:
    """The address of the database with the seed and the crowd that nobody changes."""
    return load_crowd(databases)


def load_crowd(databases: Databases) -> str:
    """The address of a new database with the seed and the crowd."""
    url = databases.copy("seeded")
    folder = databases.folder / "crowd"
    if not folder.exists():
        write(folder)
    load(url, folder)
    return url


def write(folder: Path) -> None:
    """Write the data set to FOLDER, the same one every time."""
    chance = random.Random(2016)
    (folder / "articles").mkdir(parents=True)
    about = {"license": "CC0-1.0", "attribution": "nobody", "homepage": None, "version": "1"}
    _dump(folder / "dataset.yaml", {"id": "crowd", "title": "A crowd", "publisher": "nobody", **about})
    _dump(folder / "actors.yaml", {"actors": _actors()})
    _dump(folder / "places.yaml", {"places": _places()})
    events = [_event(chance, number) for number in range(EVENTS)]
    statements = [_statement(chance, number) for number in range(STATEMENTS)]
    text = " ".join(WORD.format(number) for number in range(EVENTS + STATEMENTS)) + "\n"
    article = {"id": "crowd", "publisher": "crowd-paper", "language": "en", "title": "All of it"}
    dated = {"published": "2017-01-01", "text": text}
    _dump(folder / "articles" / "crowd.yaml", {**article, **dated, "events": events, "statements": statements})


def _dump(file: Path, content: Record) -> None:
    file.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")


def _actors() -> list[Record]:
    kinds = ("person", "government_body", "armed_group")
    made = [
        {"id": f"crowd-{kind.replace('_', '-')}-{country or 'none'}".lower(), "kind": kind, "country": country}
        for kind in kinds
        for country in (*COUNTRIES, "FJI")
    ]
    made += [{"id": "crowd-paper", "kind": "media", "country": "FRA"}]
    return [{**actor, "names": {"en": str(actor["id"])}} for actor in made]


ACTORS = ("france", "germany", *(str(actor["id"]) for actor in _actors()))


def _places() -> list[Record]:
    inside = {"crowd-land": None, "crowd-town": "crowd-land", "crowd-street": "crowd-town", "crowd-sea": None}
    return [
        {"id": key, "names": {"en": key}, "country": "FJI" if key != "crowd-sea" else None, "parent": parent}
        | {"lat": 1.0, "lon": 2.0, "precision": "point"}
        for key, parent in inside.items()
    ]


def _event(chance: random.Random, number: int) -> Record:
    actors = chance.sample(ACTORS, chance.choice((0, 1, 2, 2, 2, 3, 4)))
    roles = chance.choices(("participant", "initiator", "target", "host", "victim", "party"), k=len(actors))
    return {
        "id": f"crowd-{number:03}",
        "type": chance.choice(codes("event-types")),
        "label": f"Event {number}",
        "date": chance.choice(DATES),
        "place": chance.choice((None, "crowd-land", "crowd-town", "crowd-street", "crowd-sea", "aleppo")),
        "status": chance.choice(codes("statuses")),
        "participants": [
            {"actor": actor, "role": role, "on_behalf_of": chance.choice((None, None, "france", "germany"))}
            for actor, role in zip(actors, roles, strict=True)
        ],
        "evidence": [WORD.format(number)],
    }


def _statement(chance: random.Random, number: int) -> Record:
    return {
        "id": f"crowd-s{number + 1}",
        "speaker": chance.choice((None, *ACTORS)),
        "on_behalf_of": chance.choice((None, None, "france", "germany")),
        "addressees": chance.sample(ACTORS, chance.choice((0, 1, 1, 2))),
        "date": chance.choice(DATES),
        "medium": chance.choice(codes("media")),
        "directness": "indirect",
        "act": chance.choice(codes("speech-acts")),
        "gist": f"Statement {number}",
        "topics": chance.sample(codes("topics"), chance.choice((0, 1, 3))),
        "event": chance.choice((None, f"crowd-{chance.randrange(EVENTS):03}")),
        "evidence": [WORD.format(EVENTS + number)],
    }
