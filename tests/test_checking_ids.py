"""Ids and ties: nothing is said twice, nothing comes from itself, and every event is described once."""

from pathlib import Path

import pytest

from app.loading import check_folder
from tests.folders import STRIKE_FILE as STRIKE
from tests.folders import WARNING_FILE as WARNING
from tests.folders import Case, change, check_change, faults_of, write_small

ACTORS = "actors.yaml"
PLACES = "places.yaml"
WARNS = "2016-10-01-anna-warns"
ONLY = "give id, accounts and evidence only"
AGAIN = """\
  - id: 2016-10-03-strike-s1
    speaker: null
    directness: indirect
    act: deny
    gist: There was none
    evidence: [Anna Arc denied it.]
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return write_small(tmp_path)


CIRCLES: list[Case] = [
    (
        *(ACTORS, "{en: Gallia}", "{en: Gallia}\n    parent: ministry"),
        ["14: actors[1].parent: is its own ancestor: ministry -> gallia -> ministry"],
    ),
    (
        *(ACTORS, "{en: Gallia}", "{en: Gallia}\n    parent: gallia"),
        ["18: actors[2].parent: is its own ancestor: gallia -> gallia"],
    ),
    (
        *(PLACES, "{en: The north}", "{en: The north}\n    parent: lutetia"),
        ["4: places[0].parent: is its own ancestor: north -> lutetia -> north"],
    ),
    (
        *(STRIKE, "place: lutetia", "place: lutetia\n    relations: [{type: refers_to, target: 2016-09-strike}]"),
        ["13: events[0].relations[0].target: relates to itself; found '2016-09-strike'"],
    ),
    (
        *(STRIKE, "place: lutetia", "place: lutetia\n    relations: [{type: follows, target: 2016-10-01-anna-warns}]"),
        [
            f"{WARNING}:22: events[0].relations[0]: goes in a circle (follows): {WARNS} -> 2016-09-strike -> {WARNS}",
        ],
    ),
]


@pytest.mark.parametrize("case", CIRCLES, ids=lambda case: case[2].rpartition("\n")[2].strip())
def test_nothing_comes_from_itself(small: Path, case: Case) -> None:
    """No record is its own ancestor, relates to itself or comes after itself; the whole circle is told."""
    check_change(small, case)


@pytest.mark.parametrize("relation", ["refers_to", "contradicts", "causes"])
def test_two_records_may_point_at_each_other(small: Path, relation: str) -> None:
    """They may refer to each other, contradict each other, or be tied in two ways: only one chain may not turn back."""
    new = f"place: lutetia\n    relations: [{{type: {relation}, target: 2016-10-01-anna-warns}}]"
    change(small, STRIKE, "place: lutetia", new)
    assert faults_of(small) == []


def test_every_circle_comes_at_once(small: Path) -> None:
    """Two circles are two faults."""
    change(small, ACTORS, "    kind: person\n", "    kind: person\n    parent: anna-arc\n")
    change(small, ACTORS, "{en: Gallia}", "{en: Gallia}\n    parent: ministry")
    assert [(fault.line, fault.where) for fault in check_folder(small)] == [
        (4, "actors[0].parent"),
        (15, "actors[1].parent"),
    ]


DOUBLES: list[Case] = [
    (
        *(ACTORS, "    parent: gallia", "  - {id: anna-arc, kind: person, names: Another}"),
        ["14: actors[2].id: is in line 2 already; found 'anna-arc'"],
    ),
    (
        *(PLACES, "places:\n", "places:\n  - {id: lutetia, names: Another, precision: point}\n"),
        ["7: places[2].id: is in line 2 already; found 'lutetia'"],
    ),
    (
        *(STRIKE, "  - id: 2016-10-01-anna-warns", "  - id: 2016-09-strike"),
        ["15: events[1].id: is in line 8 already; found '2016-09-strike'"],
    ),
    (
        *(STRIKE, "statements:\n", f"statements:\n{AGAIN}"),
        [f"27: statements[1].id: is in {STRIKE} already; found '2016-10-03-strike-s1'"],
    ),
    (
        *(STRIKE, "    accounts:\n", "    status: confirmed\n    accounts:\n"),
        [
            f"15: events[1]: 2016-10-01-warning says already what this event is; {ONLY}; found '{WARNS}'",
        ],
    ),
    (
        *(
            ACTORS,
            "{wikidata: Q1}\n",
            "{wikidata: Q1}\n  - {id: bob, kind: person, names: Bob, codes: {wikidata: Q1}}\n",
        ),
        ["11: actors[1].codes.wikidata: is the code of anna-arc already; found 'Q1'"],
    ),
]


@pytest.mark.parametrize("case", DOUBLES, ids=["actor", "place", "event", "statement", "description", "code"])
def test_nothing_is_said_twice(small: Path, case: Case) -> None:
    """An id, an event's description and a code of another scheme have one place."""
    check_change(small, case)


def test_a_statement_has_one_file(small: Path) -> None:
    """An id that another article's file has is told with that file."""
    change(small, STRIKE, "id: 2016-10-03-strike-s1", "id: 2016-10-01-warning-s1")
    message = f"{STRIKE}:21: statements[0].id: is in {WARNING} already; found '2016-10-01-warning-s1'"
    assert message in faults_of(small)


EVENTS: list[Case] = [
    (
        *(STRIKE, "    type: airstrike\n    label: A strike\n    date: 2016-09\n    place: lutetia\n", ""),
        ["8: events[0]: no file says what this event is (type, label, date, participants); found '2016-09-strike'"],
    ),
    (STRIKE, "    type: airstrike\n", "", ["8: events[0].type: the event's type is missing; found '2016-09-strike'"]),
    (STRIKE, "    label: A strike\n", "", ["8: events[0].label: the event's label is missing; found '2016-09-strike'"]),
]


@pytest.mark.parametrize("case", EVENTS, ids=["never", "type", "label"])
def test_some_file_says_what_an_event_is(small: Path, case: Case) -> None:
    """Exactly one file describes it, with a type and a label at least."""
    check_change(small, case)


def test_a_circle_is_told_where_it_stands(small: Path) -> None:
    """Also where an id above it is given twice by mistake."""
    change(small, ACTORS, "    parent: gallia", "  - {id: anna-arc, kind: person, names: Another}")
    change(small, ACTORS, "{en: Gallia}", "{en: Gallia}\n    parent: gallia")
    assert [(fault.line, fault.where) for fault in check_folder(small)] == [
        (14, "actors[2].id"),
        (18, "actors[3].parent"),
    ]
