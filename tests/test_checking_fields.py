"""What one file says by itself: codes, dates, languages, countries, numbers, offices, translations."""

from pathlib import Path

import pytest

from app.codes import codes
from app.dates import GRAMMAR
from app.loading import check_folder
from app.models.events import QUALIFIERS
from tests.folders import STRIKE_FILE as STRIKE
from tests.folders import WARNING_FILE as WARNING
from tests.folders import Case, change, check_change, faults_of, write_small

DATASET = "dataset.yaml"
ACTORS = "actors.yaml"
PLACES = "places.yaml"
TAG = "not a BCP 47 language tag, such as ar, en or zh-Hant"
COUNTRY = "not an ISO 3166-1 alpha-3 code, such as RUS"
ON_THE_FIRST = "statements[0].role: anna-arc did not hold it on 2016-10-01"
ON_THE_THIRD = "statements[0].role: anna-arc did not hold it on 2016-10-03"
PARTIAL = "wanted 2015, 2015-08 or 2015-08-10"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return write_small(tmp_path)


@pytest.mark.parametrize(
    ("name", "old", "new", "line", "where", "listed", "likest"),
    [
        (WARNING, "type: warning", "type: warnin", 11, "events[0].type", "event-types", "warning"),
        (WARNING, "act: warn\n", "act: wurn\n", 30, "statements[0].act", "speech-acts", "warn"),
        (WARNING, "role: source", "role: sorce", 16, "events[0].participants[0].role", "participant-roles", "source"),
        (WARNING, "kind: killed", "kind: kiled", 18, "events[0].figures[0].kind", "figure-kinds", "killed"),
        (WARNING, "directness: direct", "directness: dirct", 29, "statements[0].directness", "directness", "direct"),
        (WARNING, "type: follows", "type: folows", 22, "events[0].relations[0].type", "relation-types", "follows"),
        (WARNING, "place: north", "status: confirm", 14, "events[0].status", "statuses", "confirmed"),
        (WARNING, "about: [", "topics: [alepo]\n    about: [", 37, "statements[0].topics[0]", "topics", "aleppo"),
        (WARNING, "about: [", "medium: phone_cal\n    about: [", 37, "statements[0].medium", "media", "phone_call"),
        (ACTORS, "kind: person", "kind: persona", 3, "actors[0].kind", "actor-kinds", "person"),
        (PLACES, "precision: region", "precision: regional", 5, "places[0].precision", "place-precisions", "region"),
    ],
)
def test_a_code_is_one_of_its_list(  # noqa: PLR0913, PLR0917 - a table of faults
    small: Path, name: str, old: str, new: str, line: int, where: str, listed: str, likest: str
) -> None:
    """An unknown code is told with the whole list and the likest first."""
    change(small, name, old, new)
    (fault,) = check_folder(small)
    assert (fault.file, fault.line, fault.where) == (name, line, where)
    assert (fault.message, tuple(fault.allowed)) == (f"not a code of {listed}", codes(listed))
    assert fault.nearest[0] == likest


ID_SIGNS = "a to z and 0 to 9, with a single - . _ or : between them"
WORDS: list[Case] = [
    (
        STRIKE,
        "doubts",
        "doubt",
        ["17: events[1].accounts[0].stance: is not allowed; found 'doubt'; allowed: asserts, denies, doubts"],
    ),
    (
        *(WARNING, "value: 3", "value: 3, qualifier: circa"),
        [f"18: events[0].figures[0].qualifier: is not allowed; found 'circa'; allowed: {', '.join(QUALIFIERS)}"],
    ),
    (WARNING, "    place: north\n", "    local: north\n", ["14: events[0].local: is not known here; nearest: label"]),
    (WARNING, "    act: warn\n", "", ["26: statements[0].act: is missing"]),
    (DATASET, "title: A small set\n", "", ["1: title: is missing"]),
    (
        *(PLACES, "    lat: 48.9\n", "    lat: 90.1\n"),
        ["10: places[1].lat: must be at most 90; found '90.1'"],
    ),
    (
        *(PLACES, "    lon: 2.4\n", "    lon: -181\n"),
        ["11: places[1].lon: must be at least -180; found '-181'"],
    ),
    (WARNING, "value: 3", "value: many", ["18: events[0].figures[0].value: must be a number; found 'many'"]),
    (
        WARNING,
        "conditional: true",
        "conditional: yes",
        ["33: statements[0].conditional: must be true or false; found 'yes'"],
    ),
    (WARNING, "condition: if it goes on", "condition: 5", ["34: statements[0].condition: must be text; found '5'"]),
    (WARNING, "condition: if it goes on", "condition: ''", ["34: statements[0].condition: is empty; found ''"]),
    (
        WARNING,
        "condition: if it goes on",
        "condition: '\u00a0 '",
        ["34: statements[0].condition: is blank; found '\\xa0 '"],
    ),
    (DATASET, "title: A small set\n", "title: ' '\n", ["2: title: is blank; found ' '"]),
    (ACTORS, "names: {en: Anna Arc, fr", "names: {en: ' ', fr", ["4: actors[0].names.en: is blank; found ' '"]),
    (
        *(ACTORS, "parent: gallia", "parent: Gallia"),
        [f"14: actors[1].parent: is not an id, which is of {ID_SIGNS}; found 'Gallia'"],
    ),
    (
        WARNING,
        "addressees: [gallia]",
        "addressees: gallia",
        ["32: statements[0].addressees: must be a list; found 'gallia'"],
    ),
    (WARNING, "events:\n", "events:\n  - just words\n", ["10: events[0]: must be a mapping; found 'just words'"]),
    (
        *(WARNING, "id: 2016-10-01-warning\n", "id: 2016-10-01-warnings\n"),
        ["1: id: must be the file's name; found '2016-10-01-warnings'; nearest: 2016-10-01-warning"],
    ),
    (
        *(STRIKE, "id: 2016-10-03-strike-s1", "id: 2016-10-03-s1"),
        ["21: statements[0].id: must begin with 2016-10-03-strike-s; found '2016-10-03-s1'"],
    ),
    (WARNING, "conditional: true\n    ", "", ["33: statements[0].condition: has a condition, but is not conditional"]),
    (
        WARNING,
        "directness: direct",
        "directness: indirect",
        ["29: statements[0].directness: is indirect, with a quotation"],
    ),
    (
        STRIKE,
        "directness: indirect",
        "directness: direct",
        ["23: statements[0].directness: is direct, without a quotation"],
    ),
    (
        STRIKE,
        "directness: indirect",
        "directness: mixed",
        ["23: statements[0].directness: is mixed, without a quotation"],
    ),
    (WARNING, ", note: A day late", "", ["20: events[0].accounts[0]: differs, but no note says how"]),
    (WARNING, "text: |\n", "text_kind: none\ntext: |\n", ["7: text: text_kind is none: the text is too much"]),
    (PLACES, "    lon: 2.4\n", "", ["6: places[1]: has only one of its two coordinates"]),
    (
        PLACES,
        "    lat: 48.9\n    lon: 2.4\n",
        "    lat: 0\n    lon: 0.0\n",
        ["6: places[1]: there is no place at 0,0; leave lat and lon out if they are not known"],
    ),
    (PLACES, "lat: 48.9", "lat: north", ["10: places[1].lat: must be a number; found 'north'"]),
]


@pytest.mark.parametrize("case", WORDS, ids=lambda case: case[2].strip() or f"no {case[1].strip()}")
def test_a_file_says_what_it_must_and_no_more(small: Path, case: Case) -> None:
    """Names, kinds of values and what must stand together are told in words for a person, with the line."""
    check_change(small, case)


@pytest.mark.parametrize(
    ("date", "message"),
    [
        ("2016-02-30", "the calendar has no day 2016-02-30"),
        ("2 October 2016", "not a date"),
        ("20161002", "not a date"),
        ("٢٠١٦", "not a date"),
        ("2016-10-02/2016-10-01", "the interval ends before it starts"),
        ("../..", "an interval has two ends, of which one may be open (..)"),
    ],
)
def test_a_date_is_of_the_grammar(small: Path, date: str, message: str) -> None:
    """What is wrong with a date is told, and what a date is."""
    change(small, WARNING, "published: 2016-10-02", f"published: {date}")
    assert faults_of(small) == [f"{WARNING}:5: published: {message}; a date is {GRAMMAR}; found '{date}'"]


@pytest.mark.parametrize("date", ["9999-W52", "true", "2016.0", "[2016]", "{}"])
def test_what_is_no_date_at_all_is_one_fault(small: Path, date: str) -> None:
    """Other kinds of values, and a week that ends after the calendar, are faults like any other."""
    change(small, WARNING, "published: 2016-10-02", f"published: {date}")
    assert [(fault.line, fault.where) for fault in check_folder(small)] == [(5, "published")]


OFFICES: list[Case] = [
    (
        ACTORS,
        "from: 2016-01,",
        "from: 2016-W01,",
        [f"9: actors[0].roles[0].from: not a date; {PARTIAL}; found '2016-W01'"],
    ),
    (
        ACTORS,
        "from: 2016-01,",
        "from: 2015/2016,",
        [f"9: actors[0].roles[0].from: not a date; {PARTIAL}; found '2015/2016'"],
    ),
    (
        *(ACTORS, "from: 2016-01, to: 2016-11", "from: 2016-10-02, to: 2016-11"),
        [f"{WARNING}:26: {ON_THE_FIRST}; found 'Envoy: 2016-10-02 to 2016-11'"],
    ),
    (
        *(ACTORS, "from: 2016-01, to: 2016-11", "from: 2016-11, to: 2016-10"),
        [
            "9: actors[0].roles[0].to: ends before it begins; found '2016-10'",
            f"{WARNING}:26: {ON_THE_FIRST}; found 'Envoy: 2016-11 to 2016-10'",
            f"{STRIKE}:21: {ON_THE_THIRD}; found 'Envoy: 2016-11 to 2016-10'",
        ],
    ),
    (
        *(WARNING, "    date: 2016-10-01\n    directness", "    date: 2016-10-03\n    directness"),
        ["28: statements[0].date: was said after it was printed; found '2016-10-03'"],
    ),
]


@pytest.mark.parametrize("case", OFFICES, ids=lambda case: case[2].strip())
def test_nobody_speaks_before_or_after_the_office(small: Path, case: Case) -> None:
    """A statement is made in an office that was held on its day, else on the day of print, and before the print."""
    check_change(small, case)


@pytest.mark.parametrize(
    "term",
    [
        "from: 2016-10-01, to: 2016-10-03",
        "from: 2016-10, to: 2016-10",
        "from: 2016",
        "to: 2016-11",
        "from: 2015-08, to: 2016",
    ],
)
def test_an_office_is_held_as_far_as_its_dates_tell(small: Path, term: str) -> None:
    """Both ends are inclusive, a month means all of it, and an open end is open."""
    change(small, ACTORS, "from: 2016-01, to: 2016-11", term)
    assert faults_of(small) == []


@pytest.mark.parametrize(
    "term", ["from: 2016-10, to: 2016", "from: 2016-10-01, to: 2016-10", "from: 2016-09-30, to: 2016"]
)
def test_an_office_may_end_less_exactly_than_it_begins(small: Path, term: str) -> None:
    """From October 2016 until some day of 2016 is no contradiction."""
    change(small, ACTORS, "from: 2016-01, to: 2016-11", term)
    assert faults_of(small) == []


LANGUAGES: list[Case] = [
    (WARNING, "language: fr\ntitle", "language: french\ntitle", [f"3: language: {TAG}; found 'french'"]),
    (WARNING, "{en: Anna warns,", "{en: Anna warns, xx: Anna,", [f"4: title.xx: {TAG}; found 'xx'"]),
    (
        WARNING,
        "Arrêtez, language: fr",
        "Arrêtez, language: FR",
        ["35: statements[0].quote.language: is written fr; found 'FR'; nearest: fr"],
    ),
    (
        ACTORS,
        "language: fr}",
        "language: iw}",
        ["6: actors[0].aliases[0].language: is written he; found 'iw'; nearest: he"],
    ),
    (WARNING, "{en: Anna warns, fr: Anne avertit}", "Anna warns", ["4: title: the text in fr is missing"]),
    (WARNING, "{en: Anna warns the north, ", "{", ["12: events[0].label: the text in en is missing"]),
    (
        *(WARNING, '{en: "Stop", fr: Arrêtez}', "{de: Halt}"),
        ["31: statements[0].gist: the text in en is missing", "31: statements[0].gist: the text in fr is missing"],
    ),
    (WARNING, '{en: "Stop", fr: Arrêtez}', "{}", ["31: statements[0].gist: has no text in any language"]),
    (WARNING, ', translation: {en: "Stop"}', "", ["35: statements[0].quote: the English translation is missing"]),
    (
        WARNING,
        'translation: {en: "Stop"}',
        "translation: {ar: قف}",
        ["35: statements[0].quote: the English translation is missing"],
    ),
    (ACTORS, "{en: Gallia}", "{fr: Gaule}", ["17: actors[2].names: the English text is missing"]),
    (PLACES, "{en: Lutetia}", "{fr: Lutèce}", ["7: places[1].names: the English text is missing"]),
]


@pytest.mark.parametrize("case", LANGUAGES, ids=lambda case: case[2].strip() or "none")
def test_texts_are_in_english_and_the_language_of_the_article(small: Path, case: Case) -> None:
    """Languages are canonical BCP 47 tags; English is never missing, nor is the original."""
    check_change(small, case)


def test_a_country_is_a_code_of_three_letters(small: Path) -> None:
    """Countries are those of ISO 3166-1, by their code of three letters."""
    expected = f"4: places[0].country: {COUNTRY}; found 'FRAN'; nearest: FRA"
    check_change(small, (PLACES, "FRA\n    precision", "FRAN\n    precision", [expected]))


@pytest.mark.parametrize("country", ["fra", "Fra", "FR", "no", "250"])
def test_a_country_is_written_in_one_way(small: Path, country: str) -> None:
    """Two letters, digits and lower case are refused: a filter for FRA would miss what is stored as fra."""
    change(small, PLACES, "FRA\n    precision", f'"{country}"\n    precision')
    assert [(fault.line, fault.where) for fault in check_folder(small)] == [(4, "places[0].country")]


@pytest.mark.parametrize(
    ("name", "old", "new", "where"),
    [
        (PLACES, "lat: 48.9", "lat: 90.1", "places[1].lat"),
        (PLACES, "lon: 2.4", "lon: -180.1", "places[1].lon"),
        (PLACES, "lat: 48.9", "lat: true", "places[1].lat"),
        (PLACES, "lat: 48.9", "lat: 1e999", "places[1].lat"),
        (PLACES, "lat: 48.9", "geonames: 3000000000\n    lat: 48.9", "places[1].geonames"),
        (PLACES, "lat: 48.9", "geonames: -1\n    lat: 48.9", "places[1].geonames"),
        (WARNING, "value: 3", "value: 1e999", "events[0].figures[0].value"),
        (WARNING, "value: 3", "value: true", "events[0].figures[0].value"),
        (WARNING, "value: 3", "value: 1e30", "events[0].figures[0].value"),
        (
            WARNING,
            "Anne Arc avertit le nord.\nst",
            "{exact: Anne, occurrence: 0}\nst",
            "events[0].evidence[0].occurrence",
        ),
    ],
)
def test_a_number_is_one_that_both_databases_hold(small: Path, name: str, old: str, new: str, where: str) -> None:
    """Out of range, infinite, true, or too large to be stored and served: a fault, not a failure of the load."""
    change(small, name, old, new)
    assert [(fault.file, fault.where) for fault in check_folder(small)] == [(name, where)]
