"""Codes of other schemes become ours by tables that agree with the code lists."""

from collections import Counter
from pathlib import Path

import pycountry
import pytest
import yaml

from app.importing.crosswalks import actors, cameo, countries, plover, violence
from app.importing.crosswalks.tables import table

CODES = Path(__file__).parent.parent / "seed" / "codes"


def _list(name: str) -> list[dict[str, object]]:
    codes: list[dict[str, object]] = yaml.safe_load((CODES / f"{name}.yaml").read_text(encoding="utf-8"))["codes"]
    return codes


TYPES = {str(code["id"]) for code in _list("event-types")}
KINDS = {str(code["id"]) for code in _list("actor-kinds")}


def test_every_cameo_code_lands_on_a_type() -> None:
    """All 318 codes have a type of the code list, and say how it was found."""
    codes = cameo.codes()
    assert len(codes) == 318
    assert {one.type for one in codes.values()} <= TYPES
    assert Counter(one.by for one in codes.values()) == {"exact": 63, "own": 14, "base": 38, "root": 203}


def test_a_code_that_types_name_is_the_first_of_them() -> None:
    """As the code list says; but 014, considering an option, is no vote, though it is the nearest code to one."""
    first: dict[str, str] = {}
    for kind in _list("event-types"):
        if isinstance(code := kind["cameo"], str):
            first.setdefault(code, str(kind["id"]))
    assert first.pop("014") == "vote"
    assert cameo.codes()["014"].type == "statement"
    assert {code: cameo.codes()[code].type for code in first} == first


@pytest.mark.parametrize(
    ("code", "type_", "by"),
    [
        ("0871", "ceasefire_start", "exact"),
        ("1823", "assault", "root"),
        ("1122", "accusation", "base"),
        ("043", "visit", "own"),
        ("0999", "investigation", "root"),
        ("19521", "airstrike", "base"),
    ],
)
def test_types_of_cameo_codes(code: str, type_: str, by: str) -> None:
    """Codes fall to their base, then to their root; invented ones too."""
    found = cameo.cameo(code)
    assert found is not None
    assert (found.type, found.by) == (type_, by)


@pytest.mark.parametrize("code", ["", "---", "9", "21", "990", "GOV", "٠١٠"])
def test_what_is_no_cameo_code(code: str) -> None:
    """Where not even the root is CAMEO there is no type."""
    assert cameo.cameo(code) is None


def test_cameo_scores_by_publisher() -> None:
    """Publishers disagree: each has its own score and its own quad class."""
    found = cameo.cameo("016")
    assert found is not None
    assert (found.score("gdelt"), found.score("icews"), found.score("phoenix")) == (-2.0, -5.0, 3.4)
    investigated = cameo.codes()["090"]
    assert (investigated.quad_class, investigated.quad_classes) == (3, {"gdelt": 2, "phoenix": 3})
    assert cameo.codes()["1214"].score("gdelt") is None


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("Make statement", "010"),
        ("Consult", "040"),
        ("fight with small arms and light weapons", "193"),
        ("Meet at a 'third' location", "044"),
        ("Express_intent_to_cooperate_economically", "0311"),
        ("Whatever", None),
    ],
)
def test_labels_give_codes(label: str, code: str | None) -> None:
    """A label that a root shares with its first code is that code; files differ in case and quotation marks."""
    found = cameo.code_of_label(label)
    assert (found.code if found else None) == code


@pytest.mark.parametrize(
    ("event", "mode", "expected"),
    [
        ("CONSULT", "phone", ("CONSULT-phone", "phone_call", 1, 1.5)),
        ("CONSULT", "CONSULT-phone", ("CONSULT-phone", "phone_call", 1, 1.5)),
        ("ASSAULT", "unheard-of", ("ASSAULT", "assault", 4, -9.0)),
        ("ACCUSE", None, ("ACCUSE", "accusation", 3, -3.0)),
        ("DEMAND", None, ("REQUEST", "demand", 3, 0.0)),
        ("INVESTIGATE", "", ("ACCUSE", "investigation", 3, -3.0)),
        ("PROTEST", "vandalize", ("PROTEST-vandalize", "protest", 4, None)),
    ],
)
def test_plover(event: str, mode: str | None, expected: tuple[object, ...]) -> None:
    """Event and mode give type, quad class and score; types of before 2.0 their successor's."""
    found = plover.plover(event, mode)
    assert found is not None
    assert (found.code, found.type, found.quad_class, found.score) == expected


@pytest.mark.parametrize(
    ("contexts", "type_"),
    [
        ("", "economic_aid"),
        ("legal", "economic_aid"),
        ("military", "military_aid"),
        ("Legal; Military;economic", "military_aid"),
        ("asylum", "aid_delivery"),
        ("disasters, economic", "aid_delivery"),
        ("peacekeeping", "peacekeeping"),
    ],
)
def test_contexts_tell_aid_apart(contexts: str, type_: str) -> None:
    """PLOVER has no modes of aid; the first context that tells what kind it is does, as codes of CAMEO do."""
    found = plover.plover("AID", None, contexts)
    assert found is not None
    assert (found.code, found.type, found.score) == ("AID", type_, 10)


def test_what_is_no_plover_event() -> None:
    """A comment record has no type."""
    assert plover.plover("DOCUMENT") is None


def test_every_plover_code_lands_on_a_type() -> None:
    """So do the types of UCDP and ACLED."""
    assert {row["type"] for row in table("plover")} <= TYPES
    assert {kind for kind, _ in violence.UCDP.values()} <= TYPES
    assert set(violence.ACLED.values()) <= TYPES
    assert set(violence.INTER.values()) <= KINDS


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("RUS", ("state", "RUS", ())),
        ("RUSGOV", ("government_body", "RUS", ("GOV",))),
        ("SYRREBISI", ("armed_group", "SYR", ("REB", "ISI"))),
        ("PSEREB", ("armed_group", "PSE", ("REB",))),
        ("PSE", ("state", "PSE", ())),
        ("ROMMIL", ("government_body", "ROU", ("MIL",))),
        ("USAMED", ("media", "USA", ("MED",))),
        ("USAMOS", ("population", "USA", ("MOS",))),
        ("IGOUNO", ("intergovernmental", None, ("IGO", "UNO"))),
        ("NGOHLHIRC", ("ngo", None, ("NGO", "HLH", "IRC"))),
        ("MNCJPN", ("other", "JPN", ("MNC", "JPN"))),
        ("MNCUSAGOV", ("other", "USA", ("MNC", "USA", "GOV"))),
        ("MNCUSAMED", ("media", "USA", ("MNC", "USA", "MED"))),
        ("MNC", ("other", None, ("MNC",))),
        ("TAL", ("armed_group", None, ("TAL",))),
        ("WST", ("other", None, ())),
        ("GON", ("other", None, ("GON",))),
        ("GONREB", ("armed_group", None, ("GON", "REB"))),
        ("", ("other", None, ())),
    ],
)
def test_cameo_actors(code: str, expected: tuple[str, str | None, tuple[str, ...]]) -> None:
    """A code is a country and its parts, or an organisation; an invented one is kept."""
    found = actors.cameo_actor(code)
    assert (found.kind, found.country, found.sectors) == expected


def test_kinds_are_of_the_code_list() -> None:
    """Every table names actor kinds that there are."""
    for name in ("actors", "icews_sectors", "plover_sectors"):
        assert {row["kind"] for row in table(name)} - {""} <= KINDS


def test_icews_sectors_together() -> None:
    """Of several sectors the weightier one decides."""
    assert actors.icews_kind(("Executive", "Foreign Ministry", "Government"), domestic=True) == "government_body"
    assert actors.icews_kind(("Parties", "Rebel"), domestic=True) == "armed_group"
    assert actors.icews_kind(("Medical / Health NGOs",), domestic=True) == "ngo"
    assert actors.icews_kind(("Far Left",), domestic=True) is None


def test_countries() -> None:
    """FIPS is not ISO; Gleditsch-Ward and Correlates of War differ in a few numbers."""
    assert [countries.from_fips(code) for code in ("RS", "GM", "CH", "GZ", "WE", "??")] == [
        *("RUS", "DEU", "CHN", "PSE", "PSE"),
        None,
    ]
    assert (countries.from_gleditsch_ward("678"), countries.from_cow("679")) == ("YEM", "YEM")
    assert (countries.from_gleditsch_ward("970"), countries.from_cow("970")) == ("KIR", "NRU")
    assert countries.from_number("4") == countries.from_number("004") == "AFG"
    assert (countries.from_iso3("SYR"), countries.from_iso3("XKX")) == ("SYR", None)


@pytest.mark.parametrize(
    ("name", "iso3"),
    [
        ("Russia (Soviet Union)", "RUS"),
        ("DR Congo (Zaire)", "COD"),
        ("Yemen (North Yemen)", "YEM"),
        ("the former Yugoslav Republic of Macedonia", "MKD"),
        ("Russian Federation", "RUS"),
        ("Congo (Kinshasa)", "COD"),
        ("Congo  (Brazzaville)", "COG"),
        ("Korea (North)", "PRK"),
        ("Sudan (South)", "SSD"),
        ("Turkiye", "TUR"),
        ("Falkland Islands (Malvinas)", "FLK"),
        ("Reunion", "REU"),
        ("Saint-Martin", "MAF"),
        ("Libyan Arab Jamahiriya", "LBY"),
        ("The Bahamas", "BHS"),
        ("West Bank", "PSE"),
        ("SY", None),
        ("Atlantis", None),
        ("", None),
    ],
)
def test_country_names(name: str, iso3: str | None) -> None:
    """English names as data sets write them, with a former name in brackets."""
    assert countries.from_name(name) == iso3


def test_country_tables_are_of_today() -> None:
    """Every country there is stands in the table once, and no code is of two."""
    rows = list(table("countries"))
    assert [row["iso3"] for row in rows] == sorted(country.alpha_3 for country in pycountry.countries)
    for column in ("fips", "gw", "cow"):
        codes = [code for row in rows for code in row[column].split(";") if code]
        assert len(codes) == len(set(codes)), column
