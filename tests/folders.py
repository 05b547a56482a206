"""A data set small enough to know by heart, and ways to change it or the seed."""

import shutil
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select

from app.loading import check_folder
from app.models import Base
from tests.conftest import SEED

# A file of the small set, what stands in it, what is put there, and the faults: of that file unless they name another.
Case = tuple[str, str, str, list[str]]

DATASET = """\
id: small
title: A small set
publisher: Dragoman
license: CC0-1.0
attribution: Nobody in particular
version: "1"
"""
ACTORS = """\
actors:
  - id: anna-arc
    kind: person
    names: {en: Anna Arc, fr: Anne Arc}
    aliases:
      - {name: Arc, language: fr}
    country: FRA
    roles:
      - {title: Envoy, organisation: ministry, from: 2016-01, to: 2016-11}
    codes: {wikidata: Q1}
  - id: ministry
    kind: government_body
    names: {en: The ministry}
    parent: gallia
  - id: gallia
    kind: state
    names: {en: Gallia}
    country: FRA
"""
PLACES = """\
places:
  - id: north
    names: {en: The north}
    country: FRA
    precision: region
  - id: lutetia
    names: {en: Lutetia}
    country: FRA
    parent: north
    lat: 48.9
    lon: 2.4
    precision: settlement
"""
WARNING = """\
id: 2016-10-01-warning
publisher: ministry
language: fr
title: {en: Anna warns, fr: Anne avertit}
published: 2016-10-02
text: |
  Anne Arc avertit le nord.
  « Arrêtez », dit-elle. Puis elle dit non, et encore non.
events:
  - id: 2016-10-01-anna-warns
    type: warning
    label: {en: Anna warns the north, fr: Anne avertit le nord}
    date: 2016-10-01
    place: north
    participants:
      - {actor: anna-arc, role: source, on_behalf_of: gallia}
    figures:
      - {kind: killed, value: 3}
    accounts:
      - {actor: ministry, differs: [date], note: A day late}
    relations:
      - {type: follows, target: 2016-09-strike}
    evidence:
      - Anne Arc avertit le nord.
statements:
  - id: 2016-10-01-warning-s1
    speaker: anna-arc
    date: 2016-10-01
    directness: direct
    act: warn
    gist: {en: "Stop", fr: Arrêtez}
    addressees: [gallia]
    conditional: true
    condition: if it goes on
    quote: {text: Arrêtez, language: fr, translation: {en: "Stop"}}
    event: 2016-10-01-anna-warns
    about: [2016-09-strike]
    evidence:
      - « Arrêtez », dit-elle.
"""
STRIKE = """\
id: 2016-10-03-strike
language: en
title: A strike
published: 2016-10-03
text: |
  There was a strike in September. Anna Arc denied it.
events:
  - id: 2016-09-strike
    type: airstrike
    label: A strike
    date: 2016-09
    place: lutetia
    evidence:
      - There was a strike in September.
  - id: 2016-10-01-anna-warns
    accounts:
      - {stance: doubts}
    evidence:
      - Anna Arc denied it.
statements:
  - id: 2016-10-03-strike-s1
    speaker: anna-arc
    directness: indirect
    act: deny
    gist: There was none
    relations:
      - {type: refers_to, target: 2016-10-01-warning-s1}
    evidence:
      - Anna Arc denied it.
"""
ECHO = """\
id: 2016-10-04-echo
publisher: ministry
language: en
title: An echo
published: 2016-10-04
text: |
  Anna Arc has warned the north, the ministry says. It will not warn twice.
events:
  - id: 2016-10-01-anna-warns
    accounts:
      - {actor: ministry}
    evidence:
      - Anna Arc has warned the north
statements:
  - id: 2016-10-04-echo-s1
    speaker: ministry
    directness: indirect
    act: threaten
    gist: It will not warn twice
    event: 2016-10-01-anna-warns
    evidence:
      - It will not warn twice.
"""
WARNING_FILE = "articles/2016-10-01-warning.yaml"
STRIKE_FILE = "articles/2016-10-03-strike.yaml"
ECHO_FILE = "articles/2016-10-04-echo.yaml"
SMALL = {
    "dataset.yaml": DATASET,
    "actors.yaml": ACTORS,
    "places.yaml": PLACES,
    WARNING_FILE: WARNING,
    STRIKE_FILE: STRIKE,
    ECHO_FILE: ECHO,
}


def write_small(folder: Path) -> Path:
    """Write the small data set, which has no fault, into FOLDER."""
    for name, text in SMALL.items():
        write(folder, name, text)
    return folder


def copy_seed(folder: Path) -> Path:
    """A copy of the seed's data set at FOLDER, to be changed."""
    shutil.copytree(SEED, folder, ignore=shutil.ignore_patterns("codes"))
    return folder


def write(folder: Path, name: str, text: str) -> None:
    """Make TEXT the file NAME in FOLDER."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8", newline="")


def change(folder: Path, name: str, old: str, new: str) -> None:
    """Put NEW where OLD stands, once, in the file NAME in FOLDER."""
    text = (folder / name).read_text("utf-8")
    assert text.count(old) == 1, f"{name} has {old!r} {text.count(old)} times"
    write(folder, name, text.replace(old, new))


def faults_of(folder: Path) -> list[str]:
    """The faults of the data set in FOLDER, as people read them."""
    return [str(fault) for fault in check_folder(folder)]


def check_change(folder: Path, case: Case) -> None:
    """The change of CASE to the small set in FOLDER makes exactly its faults."""
    name, old, new, expected = case
    change(folder, name, old, new)
    assert faults_of(folder) == [one if ".yaml:" in one.split(" ")[0] else f"{name}:{one}" for one in expected]


def dump(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    with engine.connect() as db:
        return {
            table.name: sorted((tuple(row) for row in db.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
        }
