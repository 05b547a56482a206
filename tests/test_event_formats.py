"""Files of coded events become records, or skips that say on which line and why; no bytes make a format fail."""

import csv
import io
import json
import os
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.importing.cells import day
from app.importing.crosswalks import cameo
from app.importing.exchange.cameo_tsv import HEADER
from app.importing.formats import formats
from app.importing.formats.ucdp_ged import COLUMNS as UCDP_COLUMNS
from app.importing.records import Amount, Coded, Found, Party, Said, Skipped
from tests.reading import SAMPLES, coded, numbered, read_file, read_text, told

FILES = {
    "acled": ("acled.csv", "acled.json"),
    "icews": ("icews.tab", "icews_quoted.tab", "icews_quadruples.txt", "icews.jsonl"),
    "petrarch": ("petrarch.xml", "petrarch_entities.xml", "petrarch2.txt"),
    "phoenix": ("phoenix_daily.txt", "phoenix_cline.csv"),
    "plover": ("plover.txt",),
    "polecat": ("polecat.txt", "polecat_text.txt"),
    "ucdp-ged": ("ucdp_ged.csv", "ucdp_ged_49.csv", "ucdp_api.json", "ucdp_sample.jsonl"),
}
PAIRS = [(format_, name) for format_, names in FILES.items() for name in names]


@pytest.mark.parametrize(("format_", "name"), PAIRS)
def test_what_comes_of_a_file(format_: str, name: str) -> None:
    """Every row is a record or a skip, in order, with its line; the made-up files hold each known quirk."""
    expected = (SAMPLES / f"{name}.told").read_text(encoding="utf-8").splitlines()
    assert [told(item) for item in read_file(format_, SAMPLES / name)] == expected


@pytest.mark.parametrize(("format_", "name"), PAIRS)
def test_a_file_reads_the_same_again_and_with_other_line_ends(format_: str, name: str) -> None:
    """A broken-off import goes on by counting; a byte order mark and CRLF change nothing."""
    text = (SAMPLES / name).read_text(encoding="utf-8")
    once = [told(item) for item in read_text(format_, text)]
    assert [told(item) for item in read_text(format_, text)] == once
    assert [told(item) for item in read_text(format_, "\ufeff" + text.replace("\n", "\r\n"))] == once


def test_icews_keeps_scores_pairs_and_single_zeros() -> None:
    """A differing table score stands beside the given one; a symmetric event knows its other half."""
    found = {key.replace("-2018-06-01", ""): event for key, event in coded("icews", "icews.tab").items()}
    assert (found["5"].goldstein, found["5"].originals) == (1.5, {"cameo": "042", "goldstein_table": "1.9"})
    assert found["2"].originals == {"cameo": "040", "mirror_of": "1-2018-06-01"}
    assert found["6"].originals == {"cameo": "040"}
    place = found["6"].place
    assert place is not None
    assert (place.lat, place.lon) == (49.0, 0.0)
    assert found["7"].remarks == ("coordinates 0,0 stand for an unknown place and were left out",)
    assert found["8"].remarks == (",200 are not coordinates and were left out",)
    assert found["1~2"].remarks == ("id 1-2018-06-01 was another event's on line 2",)


@pytest.mark.parametrize(
    ("name", "sectors", "country", "kind"),
    [
        ("Russia", "NA", "Russian Federation", "state"),
        ("Indian Administered Kashmir", "NA", "India", "other"),
        ("Ann Example", "International Government Organization,Government,Executive", "Norway", "government_body"),
        ("Bob Example", "International Government Organization,Regional", "Poland", "other"),
        ("Activist (Egypt)", "Human Rights NGOs,Human Rights IGOs", "Egypt", "ngo"),
        ("Example Union", "International Government Organization,Regional", "NA", "intergovernmental"),
    ],
)
def test_icews_kinds_of_actors(name: str, sectors: str, country: str, kind: str) -> None:
    """A state may be called otherwise than its country, and who is of a country is no organisation of states."""
    header = "Event ID\tEvent Date\tSource Name\tSource Sectors\tSource Country\tCAMEO Code\tTarget Name\n"
    (item,) = read_text("icews", f"{header}1\t2018-01-01\t{name}\t{sectors}\t{country}\t042\tB\n")
    assert isinstance(item, Coded)
    assert [party.kind for party in item.sources] == [kind]


def test_icews_sectors_part_at_commas_outside_of_brackets() -> None:
    """Names of sectors hold brackets, slashes and commas."""
    assert coded("icews", "icews.tab")["11-2018-06-01"].sources[0].sectors == (
        "(National) Major Party",
        "Parties",
        "Army Mechanized (Ships, Tanks, Planes)",
    )


def test_icews_events_are_known_by_their_day_too() -> None:
    """The ids of the last weeks of 2013 came again in 2014, for other events, which are in another file."""
    header = "Event ID\tEvent Date\tSource Name\tCAMEO Code\tTarget Name\n"
    items = [read_text("icews", f"{header}20718170\t{day}\tA\t042\tB\n") for day in ("2013-11-12", "2014-01-01")]
    assert [item.key for (item,) in items if isinstance(item, Coded)] == ["20718170-2013-11-12", "20718170-2014-01-01"]


def test_icews_may_have_labels_alone() -> None:
    """As the archive's file of 2017, which was CSV before: with lists in quotes, and days as Americans write them."""
    header = "Event ID\tEvent Date\tSource Name\tSource Sectors\tSource Country\tEvent Text\tIntensity\tTarget Name\n"
    rows = (
        '1\t1/13/2017\tPolice (India)\t"Government,Police"\tIndia\tMake a visit\t1.9\tIndia\n'
        '2\t1/14/2017\tA\t\t\t"Conduct suicide, car, or other non-military bombing"\t-10\tB\n'
    )
    visit, bombing = read_text("icews", header + rows)
    assert isinstance(visit, Coded)
    assert isinstance(bombing, Coded)
    assert [(one.cameo, str(one.date.start), one.remarks) for one in (visit, bombing)] == [
        ("042", "2017-01-13", ()),
        ("183", "2017-01-14", ()),
    ]
    assert [(one.sectors, one.kind) for one in visit.sources] == [(("Government", "Police"), "government_body")]


@pytest.mark.parametrize("code", ["13y", "990"])
def test_icews_codes_that_are_none_are_read_by_their_labels(code: str) -> None:
    """Some events of 2017 have 13y; the report says so."""
    header = "Event ID\tEvent Date\tSource Name\tEvent Text\tCAMEO Code\tTarget Name\n"
    told_, none = read_text(
        "icews", f"{header}1\t20170104\tA\tThreaten with repression\t{code}\tB\n2\t20170104\tA\tInvented\t{code}\tB\n"
    )
    assert isinstance(told_, Coded)
    assert (told_.cameo, told_.originals["cameo"]) == ("137", "137")
    assert told_.remarks == (f"the code {code} is not of CAMEO and was read as 137, by the label",)
    assert isinstance(none, Skipped)
    assert none.why == f"{code} is not a CAMEO code"


def test_icews_quotes_as_dataverse_does() -> None:
    """With a stroke before a quotation mark inside of quotation marks."""
    header = "Event ID\tEvent Date\tSource Name\tEvent Text\tCAMEO Code\tTarget Name\n"
    (item,) = read_text("icews", header + '1\t2018-01-01\t"A \\"B\\" C"\t"Make a visit"\t"042"\t"D"\n')
    assert isinstance(item, Coded)
    assert [party.name for party in item.sources] == ['A "B" C']


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ('"The ""A"" Team"', 'The "A" Team'),
        ('"A" Team "B"', '"A" Team "B"'),
        ('"A Team"', '"A Team"'),
        ('The ""A"" Team', 'The ""A"" Team'),
        ('"""A Team"""', '"A Team"'),
    ],
)
def test_cells_may_be_in_quotes_that_have_some(cell: str, name: str) -> None:
    """Programs put only those in quotes, and double the marks inside; others keep their own marks."""
    header = "Event ID\tEvent Date\tSource Name\tEvent Text\tCAMEO Code\tTarget Name\tCity\n"
    (item,) = read_text("icews", f'{header}1\t2018-01-01\t{cell}\tMake a visit\t042\tD\t""\n')
    assert isinstance(item, Coded)
    assert ([party.name for party in item.sources], item.place) == ([name], None)


def test_icews_with_the_words_of_the_story() -> None:
    """A sentence that is given is evidence word for word; without it the story is only named."""
    given_, named = coded("icews", "icews_quoted.tab").values()
    words = given_.evidence[0]
    assert (words.exact, words.start, words.end, words.sentence) == ("Somebody said\tsomething.", 0, 24, 3)
    assert (words.document.key, words.document.title) == ("77:3", "A headline")
    assert (named.evidence[0].exact, named.evidence[0].document.key) == (None, "77")


def test_plover_marks_become_spans() -> None:
    """The marked words of the event stand where the text has them, with brackets of its own and nested marks."""
    found = coded("plover", "plover.txt")
    text = "A (small) Ruritanian unit shot back and fired in Strelsau."
    words = [(one.exact, one.start, one.end) for one in found["G-1"].evidence]
    assert words == [("shot back", text.index("shot"), 35), ("fired", text.index("fired"), 45)]
    assert found["G-1"].evidence[0].document.text == text
    assert found["G-1"].figures == (Amount("killed", 3, unit="people"),)
    assert found["G-2"].evidence[0].exact == "demanded"
    assert found["G-4"].evidence[0].exact == "All agreed."


@pytest.mark.parametrize(
    ("format_", "text"),
    [
        ("plover", '{"id": "1", "event": "AID", "eventLoc": {"name": "Lebanon"}}'),
        ("plover", '{"id": "1", "event": "AID", "eventLoc": "Lebanon"}'),
        ("icews", '{"id": "1", "date": "2021-01-02", "event": "141", "country": "Lebanon", "location": []}'),
        ("icews", '{"id": "1", "date": "2021-01-02", "event": "141", "country": "Lebanon", "ccode": "LBN"}'),
    ],
)
def test_an_event_may_be_somewhere_in_a_country(format_: str, text: str) -> None:
    """Which is a place too, and found by its code."""
    (item,) = read_text(format_, text)
    assert isinstance(item, Coded)
    assert item.place is not None
    assert (item.place.name, item.place.country, item.place.precision) == ("Lebanon", "LBN", "country")


@pytest.mark.parametrize(
    ("code", "sector", "expected"),
    [
        ("TUR", "MOS", ("Alewite temple", "population", "TUR")),
        ("IRQ", "CIV", ("Alewite temple", "population", "IRQ")),
        ("GEO", "PRE", ("Georgia", "state", "GEO")),
        ("TUR", "", ("Türkiye", "state", "TUR")),
    ],
)
def test_who_is_of_a_religion_of_a_state_is_not_the_state(code: str, sector: str, expected: tuple[str, ...]) -> None:
    """Nor is anybody whose sector PLOVER does not list; but a state may be recognized by some only."""
    actor = {"actorText": "Alewite temple", "code": code, "sector": sector}
    (item,) = read_text("plover", json.dumps({"id": "1", "event": "AID", "target": [actor]}))
    assert isinstance(item, Coded)
    (party,) = item.targets
    assert (party.name, party.kind, party.country) == expected


@pytest.mark.parametrize("name", ["West Bank", "Gaza Strip"])
def test_a_part_of_a_country_is_less_than_all_of_it(name: str) -> None:
    """Event data list it among countries."""
    (item,) = read_text("plover", json.dumps({"id": "1", "event": "AID", "eventLoc": name}))
    assert isinstance(item, Coded)
    assert item.place is not None
    assert (item.place.name, item.place.country, item.place.precision) == (name, "PSE", "region")


@pytest.mark.parametrize("between", [",", ""])
def test_json_may_have_a_comma_behind_the_last_value(between: str) -> None:
    """As PLOVER's first gold records had, object after object without an array."""
    one = '{{\n  "id": "{}",\n  "event": "AID",\n  "text": "Aid, }}.",\n  "comment": "",\n}}'
    items = read_text("plover", f"{one.format(1)}{between}\n{one.format(2)}{between}\n")
    assert [item.key for item in items if isinstance(item, Coded)] == ["1", "2"]
    assert len(items) == 2


@pytest.mark.parametrize("mode", ["visit", "CONSULT-visit"])
@pytest.mark.parametrize("format_", ["plover", "polecat"])
def test_a_mode_may_have_its_event_before_it(format_: str, mode: str) -> None:
    """The original code is one code in either way."""
    text = {
        "plover": f'{{"id": "1", "event": "CONSULT", "mode": "{mode}"}}',
        "polecat": "Event ID,Event Date,Event Type,Event Mode,Actor Name,Recipient Name\n"
        f"1,2021-01-02,CONSULT,{mode},A,B\n",
    }[format_]
    (item,) = read_text(format_, text)
    assert isinstance(item, Coded)
    assert item.plover == item.originals["plover"] == "CONSULT-visit"


def test_a_state_has_its_own_name() -> None:
    """Gold records call it by its capital or its people."""
    text = '{"id": "1", "event": "AID", "source": [{"actorText": "Kabul", "code": "AFG"}], "text": "Kabul helps."}'
    [item] = read_text("plover", text)
    assert isinstance(item, Coded)
    assert item.sources == (Party("plover", "AFG", "Afghanistan", "state", "AFG"),)


def test_every_exact_word_stands_in_its_text() -> None:
    """Wherever a text comes with a record, its evidence is that text's, at the offsets given."""
    checked = 0
    for format_, name in PAIRS:
        for item in read_file(format_, SAMPLES / name):
            for words in item.evidence if isinstance(item, Coded) else ():
                if words.exact is not None:
                    assert (words.document.text or "")[words.start : words.end] == words.exact
                    checked += 1
    assert checked == 15


def test_ucdp_figures_and_reports() -> None:
    """The best estimate, its bounds where they differ, the civilians; each report once, with semicolons inside."""
    event = coded("ucdp-ged", "ucdp_ged.csv")["1"]
    assert [(figure.kind, figure.value, figure.qualifier) for figure in event.figures] == [
        ("killed", 3.0, "exact"),
        ("killed", 2.0, "at_least"),
        ("killed", 5.0, "at_most"),
        ("civilians_killed", 1.0, "exact"),
    ]
    reports = [words.document for words in event.evidence]
    assert [(one.publisher, str(one.published.start), one.title) for one in reports] == [
        ("Office", "2018-09-14", "Three, killed; in a town"),
        ("Wire", "2018-09-15", "Again"),
    ]
    assert event.originals["ucdp"] == "state-based"
    assert (event.cameo, event.goldstein) == (None, None)


@pytest.mark.parametrize("side", ["deaths_{}", "deaths_side_{}"])
def test_ucdp_has_the_dead_of_each_side(side: str) -> None:
    """As numbers of the event, with a remark of what is none; one that is not given is not 0."""
    row = {"id": "1", "type_of_violence": "1", "side_a": "A", "side_b": "B"}
    row |= {"date_start": "2018-10-01", "date_end": "2018-10-01", side.format("a"): "0", side.format("b"): "12"}
    (known,) = read_text("ucdp-ged", json.dumps(row))
    (odd,) = read_text("ucdp-ged", json.dumps(row | {"deaths_unknown": "many"}))
    assert isinstance(known, Coded)
    assert isinstance(odd, Coded)
    assert known.measures == odd.measures == {"deaths_a": 0, "deaths_b": 12}
    assert (known.remarks, odd.remarks) == ((), ("deaths_unknown many is not a number and was left out",))


def test_polecat_lists_are_parallel() -> None:
    """Names, countries and sectors of several actors belong together one by one."""
    event = coded("polecat", "polecat.txt")["abc_1"]
    assert [(one.name, one.country, one.sectors) for one in event.sources] == [
        ("Ann Example", "FRA", ("GOV",)),
        ("Bob Example", "DEU", ("MIL",)),
    ]
    assert event.originals["plover_context"] == "military;legal"
    assert (event.evidence[0].document.key, event.evidence[0].document.language) == ("abc", "en")


def test_polecat_names_of_lists_may_be_the_raw_ones() -> None:
    """Where one of several has no other, as an actor alone may."""
    header = (
        "Event ID\tEvent Date\tEvent Type\tActor Name\tActor Name Raw\tActor Country\tActor Sectors\tRecipient Name\n"
    )
    row = "a_1\t2021-03-04\tACCUSE\tAnn Example; None\tAnn; protesters\tFRA; None\tGOV; None\tNone\n"
    (event,) = read_text("polecat", header + row)
    assert isinstance(event, Coded)
    assert [(one.name, one.country, one.sectors) for one in event.sources] == [
        ("Ann Example", "FRA", ("GOV",)),
        ("protesters", None, ()),
    ]


def test_petrarch_entities_are_never_expanded() -> None:
    """Neither declared entities nor files are read into a text."""
    items = read_file("petrarch", SAMPLES / "petrarch_entities.xml")
    texts = [words.document.text for item in items if isinstance(item, Coded) for words in item.evidence]
    assert texts == ["Good."]


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("<html>\n<p>Not found</p>", 1, "there is no <Sentence> in the file"),
        ("<a>\n<!-- begun\n<Sentence/>", 2, "a comment is opened and never closed; nothing after it was read"),
    ],
)
def test_petrarch_passes_over_nothing_in_silence(text: str, line: int, why: str) -> None:
    """Where no sentence is read, it is said why."""
    assert read_text("petrarch", text) == [Skipped(line, why)]


@pytest.mark.parametrize(
    ("coding", "texts", "expected"),
    [
        (
            'sourcecode="None CVL" targetcode="LBN GOV"',
            "",
            ["CVL None population None", "LBNGOV None government_body LBN"],
        ),
        ('sourcecode="None None" targetcode="TUN None"', "", ["TUN None state TUN"]),
        (
            'sourcecode="---" targetcode="LBN GOV"',
            'sourcetext="La  Iglesia" targettext="el gobierno"',
            ["None La Iglesia other None", "LBNGOV el gobierno government_body LBN"],
        ),
        ('sourcecode="---" targetcode="None None"', 'sourcetext="" targettext=""', []),
    ],
)
def test_petrarch_actors_have_the_parts_and_names_that_are_given(coding: str, texts: str, expected: list[str]) -> None:
    """In UniversalPetrarch's gold records, codes are two parts, and texts name whom no code does."""
    told_ = f'<EventText eid="E1" eventtext="" {texts}/><Location loc_in_sentence="true">Beirut</Location>'
    event = f'<EventCoding eid="E1" eventcode="" plover="PROTEST" {coding}/>'
    (item,) = read_text("petrarch", f'<Sentence date="20080101" id="1">{told_}{event}<Text>x</Text></Sentence>')
    assert isinstance(item, Coded)
    parties = [*item.sources, *item.targets]
    assert [f"{one.code} {one.name} {one.kind} {one.country}" for one in parties] == expected
    assert item.place is not None
    assert (item.place.name, item.place.precision) == ("Beirut", "region")


@pytest.mark.parametrize("end", ["/>", " />", ">", " >", "></EventCoding>", ">\n</EventCoding >"])
def test_petrarch_codings_need_not_be_closed(end: str) -> None:
    """As in its first files, and those that validate PETRARCH2."""
    codings = "\n".join(
        f'<EventCoding sourcecode="ARN" targetcode="GON" eventcode="{code}"{end}' for code in ("064", "042")
    )
    items = read_text("petrarch", f'<Sentence date="19950101" id="1">\n{codings}\n<Text>\nA > B\n</Text>\n</Sentence>')
    assert [(item.cameo, item.line) for item in items if isinstance(item, Coded)] == [("064", 1), ("042", 1)]
    assert len(items) == 2


def test_petrarch_output_may_lack_the_cell_of_issues() -> None:
    """The first coder writes it only where there are some; the event is the same."""
    first, second = (
        read_text("petrarch", f"20150101\tUSA\tRUS\t042\t{issues}abc_1;def_2\tDaily\n") for issues in ("", "\t")
    )
    assert first == second
    (item,) = first
    assert isinstance(item, Coded)
    assert [(words.document.key, words.sentence, words.document.publisher) for words in item.evidence] == [
        ("abc", 1, "Daily"),
        ("def", 2, "Daily"),
    ]


@pytest.mark.parametrize("url", ["", "http://example.org/1\t"])
@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("", [None, None]),
        ("\tsaid", [None, None]),
        ("\tThe President\trebels", ["The President", "rebels"]),
        ("\tThe President\t---\tsaid", ["The President", None]),
        ("\t---\trebels\tsaid\tUNITED_STATES\tREBELS", [None, "rebels"]),
    ],
)
def test_petrarch_output_may_name_the_actors(url: str, asked: str, names: list[str | None]) -> None:
    """As the text does, if the coder was told to write that; a source that it does not know is nobody."""
    (item,) = read_text("petrarch", f"20150101\tUSAGOV\tSYRREB\t112\t\tabc_1\t{url}NULL{asked}\n")
    assert isinstance(item, Coded)
    assert [party.name for party in (*item.sources, *item.targets)] == names
    assert [(words.document.publisher, words.sentence) for words in item.evidence] == [(None, 1)]


def test_petrarch_codes_may_have_a_label_behind_them() -> None:
    """As in gold records for Spanish."""
    event = '<EventCoding eid="0" eventcode="190_use_military_force" plover="" sourcecode="COLREB" targetcode=""/>'
    (item,) = read_text("petrarch", f'<Sentence date="20181220" id="1">{event}<Text>x</Text></Sentence>')
    assert isinstance(item, Coded)
    assert (item.cameo, item.originals) == ("190", {"cameo": "190"})


def test_petrarch_passes_over_plover_that_is_no_xml() -> None:
    """Some of UniversalPetrarch's records have it beside the codings."""
    event = '<EventCoding eventcode="012" sourcecode="ARN" targetcode="DAG" />'
    no_xml = '<PLEvent {"event": "012", "source": [{"code": "ARN"}], "target": [{"code": "DAG"}, {"code": "OSG"}]}>'
    (item,) = read_text(
        "petrarch", f'<Sentence date="19950107" id="1">\n{event}\n{no_xml}\n<Text>x</Text>\n</Sentence>'
    )
    assert isinstance(item, Coded)


def test_phoenix_addresses_are_mentions() -> None:
    """Several addresses are several mentions, each with its source."""
    found = coded("phoenix", "phoenix_daily.txt")["1_0.2"].evidence
    assert [(one.document.url, one.document.publisher) for one in found] == [
        ("http://example.org/1", "daily"),
        ("http://example.org/2", "weekly"),
    ]


@pytest.mark.parametrize(
    ("id", "publisher"),
    [("NYT0000001", "The New York Times"), ("FBIS0296242", "Foreign Broadcast Information Service"), ("7", None)],
)
def test_phoenix_of_the_cline_center_is_of_a_collection(id: str, publisher: str | None) -> None:
    """Which the id of the event tells, for the article has a number only."""
    (item,) = read_text("phoenix", f"eid,story_date,source,target,code,aid\n{id},09/01/1995,USA,RUS,042,104163371\n")
    assert isinstance(item, Coded)
    assert [(words.document.key, words.document.publisher) for words in item.evidence] == [("104163371", publisher)]


def test_phoenix_of_the_real_time_service() -> None:
    """Its JSON, wrapped as the API answers, and a table of it say the same under other names."""
    record = {
        "event_id": "77",
        "date8": "20180523",
        "source": "USAGOV",
        "target": "RUS",
        "code": "0211",
        "root_code": "02",
        "goldstein": "3.0",
        "geoname": "Exampleville",
        "country_code": "NLD",
        "id": "story_3",
        "url": "https://x.example/1",
        "latitude": "52.1",
        "longitude": "5.1",
        "src_actor": None,
    }
    wrapped = read_text("phoenix", json.dumps({"status": "success", "data": [record]}))
    table = io.StringIO()
    csv.writer(table).writerows([record, ["" if cell is None else cell for cell in record.values()]])
    (item,) = read_text("phoenix", table.getvalue())
    assert isinstance(item, Coded)
    assert [replace(one, line=2) for one in wrapped if isinstance(one, Coded)] == [item]
    assert told(item) == (
        "2 77: appeal, 0211, 2018-05-23/2018-05-23 day, USAGOV [government_body USA] > RUS [state RUS], "
        "Exampleville (NLD, settlement)"
    )
    assert [words.document.url for words in item.evidence] == ["https://x.example/1"]


def test_row_numbers_without_a_heading_shift_the_row() -> None:
    """58 headings over 59 cells: R wrote each row's number in front."""
    plain = (SAMPLES / "icews.tab").read_text(encoding="utf-8").splitlines()[:3]
    shifted = "\n".join([plain[0], *(f"{at}\t{row}" for at, row in enumerate(plain[1:], start=1))])
    assert [told(item) for item in read_text("icews", shifted)] == [
        told(item) for item in read_text("icews", "\n".join(plain))
    ]


@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_row_numbers_under_an_empty_heading_shift_nothing(delimiter: str) -> None:
    """As pandas writes them, also if a spreadsheet has added delimiters at the ends of rows."""
    text = ",event_id,event_date,source_name,cameo_code,target_name\n0,7,2018-01-01,A,042,B,\n1,8,2018-01-01,A,042,B,\n"
    items = read_text("icews", text.replace(",", delimiter))
    assert [item.key for item in items if isinstance(item, Coded)] == ["7-2018-01-01", "8-2018-01-01"]


@pytest.mark.parametrize("format_", sorted(FILES))
def test_a_file_of_something_else(format_: str) -> None:
    """What is not of the format is skipped with a reason, never taken and never a fault."""
    items = read_text(format_, "name,age\nAnn,3\n\x00\x01\nBob\t4\n")
    assert items
    assert all(isinstance(item, Skipped) and item.why for item in items)


@pytest.mark.parametrize("nothing", ["NA", "nan", "None", "NULL", "null", "\\N"])
@pytest.mark.parametrize(
    ("format_", "name"),
    [
        ("acled", "acled.csv"),
        ("icews", "icews.tab"),
        ("phoenix", "phoenix_cline.csv"),
        ("polecat", "polecat.txt"),
        ("ucdp-ged", "ucdp_ged.csv"),
    ],
)
def test_what_programs_write_for_nothing_is_nothing(format_: str, name: str, nothing: str) -> None:
    """R, pandas and databases have words for it, which name no actor, place, source or note."""
    delimiter = "," if name.endswith(".csv") else "\t"
    rows = list(csv.reader(io.StringIO((SAMPLES / name).read_text("utf-8")), delimiter=delimiter))
    bare, filled = io.StringIO(), io.StringIO()
    whole = [row for row in rows if len(row) == len(rows[0])]
    emptied = [["" if cell in {"NA", "None", "NULL"} else cell for cell in row] for row in whole]
    csv.writer(bare, delimiter=delimiter).writerows(emptied)
    csv.writer(filled, delimiter=delimiter).writerows([cell or nothing for cell in row] for row in emptied)
    found, plain = (
        [item for item in read_text(format_, table.getvalue()) if isinstance(item, Coded)] for table in (filled, bare)
    )
    assert found == plain != []


def test_a_title_before_the_header_is_passed_over() -> None:
    """By name; where no header follows, the first line is the one that is told."""
    header, row_ = "event_id_cnty,event_date,event_type\n", "A1,2024-11-01,Protests\n"
    title, event = read_text("acled", f"(Sample)\n\n{header}{row_}")
    assert isinstance(title, Skipped)
    assert (title.line, title.why, title.row) == (1, "it stands before the header", "(Sample)")
    assert isinstance(event, Coded)
    assert (event.line, event.key, event.sources) == (4, "A1", ())
    (none,) = read_text("acled", "(Sample)\n" * 30 + header + row_)
    assert isinstance(none, Skipped)
    assert none.why.startswith("the header lacks event_date, event_type; it has (sample); the file was not read")


@pytest.mark.parametrize("text", ["0\t0\t1\t0\t0\n2\t1\t3\t24\t0\n", "10\t3\t22\t17\n", "10 3 22 17\n"])
def test_numbers_in_the_place_of_words_are_told(text: str) -> None:
    """As knowledge graphs made of ICEWS have them for learning (RE-Net, CyGNet), with the words in files beside."""
    (item,) = read_text("icews", text)
    assert isinstance(item, Skipped)
    assert "relation2id.txt" in item.why


@pytest.mark.parametrize("ends", [("\t\t", ""), ("", "\t\t"), ("\t", "\t\t\t"), ("\t\t", "\t\t")])
@pytest.mark.parametrize("delimiter", ["\t", ","])
def test_delimiters_at_the_ends_of_lines_mean_nothing(ends: tuple[str, str], delimiter: str) -> None:
    """Some of POLECAT's files have tabs behind the last heading, and spreadsheets add commas behind rows."""
    header, *rows = (SAMPLES / "polecat.txt").read_text("utf-8").splitlines()
    text = "\n".join([header + ends[0], *(row + ends[1] for row in rows)]).replace("\t", delimiter)
    found = [item for item in read_text("polecat", text) if isinstance(item, Coded)]
    plain = "\n".join([header, *rows]).replace("\t", delimiter)
    assert found == [item for item in read_text("polecat", plain) if isinstance(item, Coded)]
    assert found


def test_polecat_has_headings_of_words_that_are_not_there() -> None:
    """Some of the archive's files were cut to the columns that may be given away, but for their header."""
    header, *rows = (SAMPLES / "polecat.txt").read_text("utf-8").splitlines()
    whole = header.replace("Source\t", "Headline\tEvent Text\tSource\t") + "\tFeed\tStory ID"
    assert read_text("polecat", "\n".join([whole, *rows])) == read_text("polecat", "\n".join([header, *rows]))


def test_polecat_sectors_of_one_actor_are_parted_by_bars() -> None:
    """Semicolons part those of several."""
    rows = (SAMPLES / "polecat.txt").read_text("utf-8").splitlines()[:2]
    (event,) = read_text("polecat", "\n".join(rows).replace("GOV;MIL", "GOV|LEG;REB|MIL"))
    assert isinstance(event, Coded)
    assert [(one.sectors, one.kind) for one in event.sources] == [
        (("GOV", "LEG"), "government_body"),
        (("REB", "MIL"), "armed_group"),
    ]


def test_a_missing_column_is_named() -> None:
    """The header's lack is told once."""
    [item] = read_text("icews", "Event ID\tEvent Date\tSource Name\tTarget Name\n1\t2018-01-01\tA\tB\n")
    assert isinstance(item, Skipped)
    assert item.why.startswith("the header lacks cameo_code; it has event_id, event_date")


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(FILES)), st.binary(max_size=400))
def test_no_bytes_make_a_format_fail(format_: str, content: bytes) -> None:
    """Whatever the bytes, there are only records and skips."""
    for item in read_text(format_, content.decode("utf-8", "replace")):
        assert isinstance(item, Coded | Said | Found | Skipped)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(PAIRS), st.data())
def test_no_damage_makes_a_format_fail(pair: tuple[str, str], data: st.DataObject) -> None:
    """A file in which something was cut out and something put in is read to its end."""
    text = (SAMPLES / pair[1]).read_text(encoding="utf-8")
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 60)))
    put = data.draw(st.text(alphabet=st.sampled_from("\"\t\n\r,{}[]<>/&;:0-9aé\0 ()'\\"), max_size=12))
    for item in read_text(pair[0], text[:start] + put + text[end:]):
        assert isinstance(item, Coded | Skipped)


@pytest.mark.parametrize("format_", ["acled", "ucdp-ged", "phoenix"])
def test_a_stray_quotation_mark_takes_no_good_row_with_it(format_: str) -> None:
    """Of a CSV file with a broken row all others are read."""
    name = {"acled": "acled.csv", "ucdp-ged": "ucdp_ged_49.csv", "phoenix": "phoenix_cline.csv"}[format_]
    head, *rows = (SAMPLES / name).read_text(encoding="utf-8").splitlines()
    good = Counter(item.key for item in read_text(format_, "\n".join([head, *rows])) if isinstance(item, Coded))
    broken = "\n".join([head, 'x,"never closed', *rows, 'y,"nor this'])
    items = read_text(format_, broken)
    assert Counter(item.key for item in items if isinstance(item, Coded)) == good
    assert next(item.line for item in items if isinstance(item, Skipped)) == 2


def _samples() -> Path:
    folder = os.environ.get("DRAGOMAN_SAMPLES")
    if not folder:
        pytest.skip("DRAGOMAN_SAMPLES names no folder of real files")
    return Path(folder)


REAL = [
    ("icews", "icews/events.20180601-20180602.tab", 3705, {}),
    ("icews", "icews_quadruples/icews_2014_test.first3000.txt", 3000, {}),
    ("icews", "icews_jsonl/sample_output.pretty.jsonl", 4, {}),
    ("plover", "plover_gsr/PLOVER_GSR_CAMEO.part1.json", 164, {"a comment on the file (DOCUMENT), no event": 1}),
    ("ucdp-ged", "ucdp_ged/ged_syria_2018.csv", 2765, {}),
    ("ucdp-ged", "ucdp_ged/ged_syria_2019.csv", 2044, {}),
    ("ucdp-ged", "ucdp_aec/validation.jsonl", 651, {}),
]


@pytest.mark.parametrize(("format_", "name", "records", "skips"), REAL)
def test_real_files(format_: str, name: str, records: int, skips: dict[str, int]) -> None:
    """Every row of a real file is a record of its own, or a known skip."""
    items = read_file(format_, _samples() / name)
    events = [item for item in items if isinstance(item, Coded)]
    assert len(events) == len({event.key for event in events}) == records
    assert Counter(item.why for item in items if isinstance(item, Skipped)) == skips


def test_real_icews_pairs() -> None:
    """501 events of the sample were told both ways round, and each knows its other half."""
    items = read_file("icews", _samples() / "icews/events.20180601-20180602.tab")
    events = {item.key: item for item in items if isinstance(item, Coded)}
    pairs = [
        (event, events[event.originals["mirror_of"]]) for event in events.values() if "mirror_of" in event.originals
    ]
    assert len(pairs) == 501
    assert all((one.sources, one.targets) == (other.targets, other.sources) for one, other in pairs)


def test_real_petrarch_records() -> None:
    """284 sentences hold 359 codings; those of no scheme, and sentences without an event, are told one by one."""
    items = read_file("petrarch", _samples() / "petrarch_xml/PETR.UnitTest.records.xml")
    events = [item for item in items if isinstance(item, Coded)]
    assert len(events) == len({event.key for event in events}) == 300
    reasons = Counter(item.why.split(":")[0].partition(" ")[2] for item in items if isinstance(item, Skipped))
    assert reasons == {
        "is neither a CAMEO code nor a PLOVER event": 59,
        "is coded as having no event": 19,
        "coding is an error on purpose": 7,
        "has no coding": 1,
    }


def test_formats_are_found() -> None:
    """Each module of the folder is a format by its name."""
    assert set(FILES) <= set(formats())
    assert list(numbered("a\r\nb")) == [(1, "a"), (2, "b")]


@pytest.mark.parametrize(("format_", "name"), [("icews", "icews.tab"), ("polecat", "polecat.txt")])
def test_a_table_written_as_csv_reads_the_same(format_: str, name: str) -> None:
    """Somebody has opened it in a spreadsheet and saved it, as ever, with commas."""
    rows = [line.split("\t") for line in (SAMPLES / name).read_text(encoding="utf-8").splitlines()]
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(row for row in rows if len(row) == len(rows[0]))
    tabs = "\n".join("\t".join(row) for row in rows if len(row) == len(rows[0]))
    assert [told(item) for item in read_text(format_, written.getvalue())] == [
        told(item) for item in read_text(format_, tabs)
    ]


@pytest.mark.parametrize(("format_", "name"), [("icews", "icews.tab"), ("polecat", "polecat.txt")])
@pytest.mark.parametrize("as_json", [False, True])
def test_headings_may_have_been_through_stata(format_: str, name: str, as_json: bool) -> None:
    """Whose names have neither blanks nor, as it reads them, capitals."""
    header, *rows = (SAMPLES / name).read_text("utf-8").splitlines()
    cells = [row.split("\t") for row in rows if row.count("\t") == header.count("\t")]

    def written(header: str) -> str:
        headings = header.split("\t")
        if as_json:
            return "\n".join(json.dumps(dict(zip(headings, row, strict=True))) for row in cells)
        return "\n".join([header, *map("\t".join, cells)])

    found = [item for item in read_text(format_, written(header)) if isinstance(item, Coded)]
    stata = [item for item in read_text(format_, written(header.replace(" ", "").lower())) if isinstance(item, Coded)]
    assert stata == found != []


@pytest.mark.parametrize(("format_", "name"), [("icews", "icews.tab"), ("polecat", "polecat.txt")])
def test_headings_may_have_been_through_r(format_: str, name: str) -> None:
    """Which makes `Event.ID` of `Event ID`."""
    header, rows = (SAMPLES / name).read_text(encoding="utf-8").split("\n", 1)
    assert read_text(format_, f"{header.replace(' ', '.')}\n{rows}") == read_text(format_, f"{header}\n{rows}")


@pytest.mark.parametrize(
    ("articles", "titles"),
    [
        ('"AP,2018-10-02,Killed 40 "leaders" of it";"DPA,2018-10-01,Fired";', ['Killed 40 "leaders" of it', "Fired"]),
        (
            '"AP,2018-10-02,Killed 40 ""leaders"" of it" ; "DPA,2018-10-01,Fired"',
            ['Killed 40 "leaders" of it', "Fired"],
        ),
        ('AP,2018-10-02,"Bomb" in Acre', ['"Bomb" in Acre']),
        ('"AP,2018-10-02,Bomb"', ["Bomb"]),
    ],
)
def test_ucdp_headlines_keep_their_quotation_marks(articles: str, titles: list[str]) -> None:
    """Reports are parted where one in quotation marks ends and the next begins; nothing is cut out of a headline."""
    row = {"id": "1", "type_of_violence": "1", "side_a": "A", "side_b": "B"}
    row |= {"date_start": "2018-10-01", "date_end": "2018-10-01", "source_article": articles}
    (item,) = read_text("ucdp-ged", json.dumps(row))
    assert isinstance(item, Coded)
    assert [words.document.title for words in item.evidence] == titles


@pytest.mark.parametrize(("format_", "name"), [("icews", "icews.tab"), ("polecat", "polecat.txt")])
def test_a_table_may_come_as_json(format_: str, name: str) -> None:
    """With its headings as keys, as programs write it."""
    header, *rows = (SAMPLES / name).read_text(encoding="utf-8").splitlines()
    parted = [row.split("\t") for row in rows if row.count("\t") == header.count("\t")]
    table = "\n".join([header, *map("\t".join, parted)])
    lines = "".join("\n" + json.dumps(dict(zip(header.split("\t"), cells, strict=True))) for cells in parted)
    found = [told(item) for item in read_text(format_, lines)]
    assert found == [told(item) for item in read_text(format_, table)]
    assert len(found) > 2


def test_phoenix_with_the_headings_of_its_codebook() -> None:
    """R's phoxy writes them over the columns of the daily files, which have none."""
    headings = [
        *("EventID", "Date", "Year", "Month", "Day", "SourceActorFull", "SourceActorEntity", "SourceActorRole"),
        *("SourceActorAttribute", "TargetActorFull", "TargetActorEntity", "TargetActorRole", "TargetActorAttribute"),
        *("EventCode", "EventRootCode", "PentaClass", "GoldsteinScore", "Issues", "Lat", "Lon", "LocationName"),
        *("StateName", "CountryCode", "SentenceID", "URLs", "NewsSources"),
    ]
    rows = (SAMPLES / "phoenix_daily.txt").read_text(encoding="utf-8").splitlines()
    daily = "\n".join(row for row in rows if row.count("\t") == len(headings) - 1)
    bare = read_text("phoenix", daily)
    headed = read_text("phoenix", "\t".join(headings) + "\n" + daily)
    assert [replace(item, line=item.line + 1) for item in bare if isinstance(item, Coded)] == [
        item for item in headed if isinstance(item, Coded)
    ]
    assert len(bare) == len(headed) > 1
    for others in (
        {"PentaClass": "QuadClass", "Lat": "ActionLat", "Lon": "ActionLong"},
        {"Lon": "Long", "StateName": "GeoStateName", "CountryCode": "GeoCountryName"},
    ):
        other = "\t".join(others.get(name, name) for name in headings)
        assert read_text("phoenix", f"{other}\n{daily}") == headed


@pytest.mark.parametrize(
    ("place", "precision"),
    [
        ("State of Qatar,,QAT", "country"),
        ("Qatar,,Qatar", "country"),
        (",,QAT", "country"),
        ("Baladiyat ad Dawhah,Baladiyat ad Dawhah,QAT", "region"),
        (",Baladiyat ad Dawhah,QAT", "region"),
        ("Doha,Baladiyat ad Dawhah,QAT", "settlement"),
        ("Doha,,QAT", "settlement"),
        ("Doha,,", "settlement"),
    ],
)
def test_phoenix_places_may_be_countries_or_provinces(place: str, precision: str) -> None:
    """Which are then named as places as well."""
    header = "eid,story_date,source,target,code,placename,statename,countryname"
    (item,) = read_text("phoenix", f"{header}\n7,09/01/2015,USA,RUS,042,{place}\n")
    assert isinstance(item, Coded)
    assert item.place is not None
    assert item.place.precision == precision


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    "headings", ["code,target,source,story_date,eid", "EventCode,TargetActorFull,SourceActorFull,Date,EventID"]
)
def test_phoenix_columns_may_be_in_another_order(headings: str, delimiter: str) -> None:
    """Whatever parts them."""
    text = f"{headings}\n042,RUS,USA,2015-09-01,7\n".replace(",", delimiter)
    assert [told(item) for item in read_text("phoenix", text)] == [
        "2 7: visit, 042, 2015-09-01/2015-09-01 day, USA [state USA] > RUS [state RUS], nowhere"
    ]


def test_phoenix_may_have_its_country_under_the_heading_of_a_state() -> None:
    """One script for R writes these two headings the other way round."""
    heads = "EventID\tDate\tSourceActorFull\tTargetActorFull\tEventCode\tLocationName\tGeoCountryName\tGeoStateName\n"
    (item,) = read_text("phoenix", heads + "1\t20150901\tUSA\tRUS\t042\tAtlanta\tGeorgia\tUSA\n")
    assert isinstance(item, Coded)
    assert item.place is not None
    assert (item.place.name, item.place.country, item.place.precision) == ("Atlanta", "USA", "settlement")


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
@pytest.mark.parametrize(("format_", "name"), [("acled", "acled.csv"), ("ucdp-ged", "ucdp_ged_49.csv")])
def test_csv_may_be_parted_by_other_signs(format_: str, name: str, delimiter: str) -> None:
    """A spreadsheet parts cells by what its country uses; by semicolons where a comma parts decimals."""
    text = (SAMPLES / name).read_text(encoding="utf-8")
    rows = [row for row in csv.reader(io.StringIO(text)) if len(row) == len(text.partition("\n")[0].split(","))]
    commas, others = io.StringIO(), io.StringIO()
    csv.writer(commas, lineterminator="\n").writerows(rows)
    csv.writer(others, delimiter=delimiter, lineterminator="\n").writerows(
        [cell.replace(".", ",") if delimiter == ";" and cell in {"36.2", "37.1"} else cell for cell in row]
        for row in rows
    )
    items = read_text(format_, others.getvalue())
    assert [told(item) for item in items] == [told(item) for item in read_text(format_, commas.getvalue())]
    places = {item.place for item in items if isinstance(item, Coded) and item.place}
    assert (36.2, 37.1) in {(place.lat, place.lon) for place in places}


@pytest.mark.parametrize(
    ("name", "country"),
    [
        ("Military Forces of the Democratic Republic of Congo (2019-)", "COD"),
        ("Police Forces of the Republic of Congo (1997-)", "COG"),
        ("Military Forces of the United States (2021-2025)", "USA"),
        ("Military Forces of Syria (2000-2024) Air Force", "SYR"),
    ],
)
def test_acled_forces_are_of_a_country(name: str, country: str) -> None:
    """Whose name may have an `of` and a `the` of its own."""
    header = "event_id_cnty,event_date,event_type,actor1,inter1\n"
    (item,) = read_text("acled", f"{header}A1,2024-11-01,Battles,{name},State forces\n")
    assert isinstance(item, Coded)
    assert [party.country for party in item.sources] == [country]


def test_acled_forces_abroad_are_of_their_state() -> None:
    """Where they are external forces, or associated with others; others are of the kind that is given."""
    header = "event_id_cnty,event_date,event_type,actor1,assoc_actor_1,inter1,actor2,inter2\n"
    usa, hamas = "Military Forces of the United States (2021-2025)", "Police Forces of Hamas"
    row = f"A1,2024-11-01,Battles,{usa},Police Forces of France (2017-); Youth of Iraq,8,{hamas},External/Other forces"
    (item,) = read_text("acled", header + row)
    assert isinstance(item, Coded)
    assert [(one.kind, one.country) for one in (*item.sources, *item.targets)] == [
        ("government_body", "USA"),
        ("government_body", "FRA"),
        ("other", None),
        ("other", None),
    ]


def test_acled_rows_that_replace_others_are_told() -> None:
    """So that the rows that were read are all accounted for."""
    header = "event_id_cnty,event_date,event_type,timestamp\n"
    first, newer, older = read_text(
        "acled", f"{header}A1,2024-11-01,Battles,1\nA1,2024-11-02,Battles,3\nA1,2024-11-03,Battles,2\n"
    )
    assert isinstance(first, Coded)
    assert isinstance(newer, Coded)
    assert isinstance(older, Skipped)
    assert (first.remarks, newer.remarks) == ((), ("it replaces the row of A1 that came before, which is older",))
    assert older.why == "not newer than the row of A1 that came before"


def test_acled_with_a_row_for_each_actor_is_told() -> None:
    """Only one of the actors would come in; the API has the events with both in a row, too."""
    rows = "event_id_cnty,event_date,event_type,actor1\nA1,2024-11-01,Battles,A\nA1,2024-11-01,Battles,B\n"
    _, second = read_text("acled", rows)
    assert isinstance(second, Skipped)
    assert second.why.endswith("take the dyadic one, which has both in one row")


@pytest.mark.parametrize(
    "text",
    [
        "Country,Admin1,Admin2,ISO3,Month,Year,Events,Fatalities\nMali,Kidal,,MLI,May,2024,3,1\n",
        "WEEK,REGION,COUNTRY,ADMIN1,EVENT_TYPE,SUB_EVENT_TYPE,EVENTS,FATALITIES\n2024-05-04,,Mali,Kidal,Battles,,3,1\n",
        '{"data":[{"event_type":"political_violence","events":3,"fatalities":1,"location_code":"MLI"}]}\n',
    ],
)
def test_acled_counts_are_no_events(text: str) -> None:
    """Those of a month that HDX has, and of a week that ACLED has, are told by name of what to take instead."""
    (item,) = read_text("acled", text)
    assert isinstance(item, Skipped)
    assert "it counts the events of a place" in item.why


def test_acled_of_before_2016_has_its_precision() -> None:
    """Under a heading that was cut."""
    row = "EVENT_ID_CNTY,EVENT_DATE,EVENT_TYPE,COUNTRY,LOCATION,{}\n1ALG,18/04/2001,Riots/Protests,Algeria,Oran,1\n"
    now, former = (read_text("acled", row.format(heading)) for heading in ("GEO_PRECISION", "GEO_PRECIS"))
    assert now == former
    (item,) = now
    assert isinstance(item, Coded)
    assert item.place is not None
    assert (item.place.precision, item.originals["acled_geo_precision"]) == ("settlement", "1")


OLD_ACLED = (
    "GWNO,EVENT_ID_CNTY,EVENT_ID_NO_CNTY,EVENT_DATE,YEAR,TIME_PRECISION,EVENT_TYPE,ACTOR1,ALLY_ACTOR_1,INTER1,"
    "ACTOR2,ALLY_ACTOR_2,INTER2,COUNTRY,ADMIN1,LOCATION,LATITUDE,LONGITUDE,GEO_PRECISION,SOURCE,NOTES,FATALITIES\n"
)


@pytest.mark.parametrize(
    ("when", "event", "inter", "day_", "type_"),
    [
        ("04/05/2001", "Riots/Protests", "5", "2001-05-04", "riot"),
        ("18/04/2001", "RIots/Protests", "6", "2001-04-18", "protest"),
        ("16-Feb-19", "Battle-No change of territory", "1", "2019-02-16", "armed_clash"),
        ("16-Feb-11", "Battle-Rebels overtake territory", "2", "2011-02-16", "occupation"),
        ("01-January-1997", "Violence Against Civilians", "1", "1997-01-01", "assault"),
        ("1997-01-01", "Remote violence", "1", "1997-01-01", "bombing"),
    ],
)
def test_acled_of_before_2019(when: str, event: str, inter: str, day_: str, type_: str) -> None:
    """Capitals, other headings, nine types without sub types, and dates that begin with the day."""
    row = (
        f"615,1RTA,,{when},2001,1,{event},Somebody (Algeria),Students (Algeria),{inter},,,0,Algeria,Bejaia,Town,"
        "36.6,4.9,1,Wire,,3"
    )
    (item,) = read_text("acled", OLD_ACLED + row)
    assert isinstance(item, Coded)
    assert (str(item.date.start), item.date.precision, item.type) == (day_, "day", type_)
    assert [party.name for party in item.sources] == ["Somebody (Algeria)", "Students (Algeria)"]
    assert item.place is not None
    assert item.place.country == "DZA"
    assert item.figures == (Amount("killed", 3, unit="people"),)


DOUBTFUL = "days like 4/5/2001 were read as day/month/year; no row tells"


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (("4/5/2001", "4/18/2001", "18/4/2001"), ("2001-04-05", "2001-04-18", "month/day/year")),
        (("4/5/2001", "18/4/2001", "4/18/2001"), ("2001-05-04", "2001-04-18", "day/month/year")),
        (("4/5/2001", "2001-04-18", "4/6/2001"), ("2001-05-04", DOUBTFUL, "2001-04-18", "2001-06-04")),
        (("2001-04-18", "4/5/2001", "4/18/2001"), ("2001-04-18", "2001-05-04", DOUBTFUL, "day/month/year")),
        (("13/25/2001", "5/13/2001", "4/5/2001"), ("month/day/year", "2001-05-13", "2001-04-05")),
        (("4/5/01", "4/18/01", "18/4/01"), ("2001-04-05", "2001-04-18", "month/day/year")),
    ],
)
def test_the_rows_of_a_file_tell_how_its_days_are_written(days: tuple[str, ...], expected: tuple[str, ...]) -> None:
    """The first that fits one order only; if none does, ACLED's own order counts, and the report says so."""
    rows = [f"{number},{number},,{when},2001,1,Remote violence" + "," * 15 for number, when in enumerate(days)]
    found: list[str] = []
    for item in read_text("acled", OLD_ACLED + "\n".join(rows)):
        if isinstance(item, Skipped):
            found.append(item.why.partition(", read as ")[2])
        elif isinstance(item, Coded):
            found += [str(item.date.start), *item.remarks]
    assert tuple(found) == expected


@pytest.mark.parametrize(
    ("format_", "name"),
    [("acled", "acled.csv"), ("icews", "icews.tab"), ("polecat", "polecat.txt"), ("ucdp-ged", "ucdp_ged.csv")],
)
def test_days_that_a_spreadsheet_rewrote_are_the_same(format_: str, name: str) -> None:
    """Or, where no row tells in which order they are, the report says once how they were read."""
    written = (SAMPLES / name).read_text("utf-8")
    plain, american, european, doubtful = (
        [
            item
            for item in read_text(format_, re.sub(r"(\d{4})-(\d\d)-(\d\d)", days, written))
            if isinstance(item, Coded)
        ]
        for days in (r"\g<0>", r"\2/\3/\1", r"\3/\2/\1", "04/05/2001")
    )
    dates = [item.date for item in plain]
    assert [item.date for item in american] == [item.date for item in european] == dates
    remarks = [remark for item in doubtful for remark in item.remarks if "no row tells" in remark]
    assert [remark.partition(" were")[0] for remark in remarks] == ["days like 04/05/2001"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2018/6/1", "2018-06-01"),
        ("2018-06-01T10:00:00", "2018-06-01"),
        ("6/1/2018 0:00", "2018-06-01"),
        ("1.6.2018", "2018-06-01"),
        ("1-Jun-2018", "2018-06-01"),
        ("1 June 98", "1998-06-01"),
        ("6/1/18", "2018-06-01"),
        ("1.6.18", "2018-06-01"),
        ("3/4/45 0:00", "1945-03-04"),
        ("01jun2018", "2018-06-01"),
        ("01jun2018 10:00:00", "2018-06-01"),
        ("1527811200000", "2018-06-01"),
        ("599616000000", "1989-01-01"),
        ("-788918400000", "1945-01-01"),
        ("201806011000", None),
        ("660101", "1966-01-01"),
        ("31.6.2018", None),
        ("0025-03-05", None),
        ("00250305", None),
        ("1-Abc-2018", None),
        ("43252", None),
    ],
)
def test_days(text: str, found: str | None) -> None:
    """As the data sets write them, and as spreadsheets, Stata and pandas do."""
    assert day(text) == (found and date.fromisoformat(found))


@pytest.mark.parametrize(("given", "code"), [("10", "010"), ("42", "042"), ("1121", "1121"), ("190", "190")])
@pytest.mark.parametrize("format_", ["gdelt-events", "icews", "phoenix", "cameo"])
def test_a_code_gets_back_the_zero_that_a_spreadsheet_took(format_: str, given: str, code: str) -> None:
    """The root beside it tells of the zero, or the label does; the row is to be looked at."""
    label = cameo.codes()[code].label
    exported = {"Event ID": "1", "Event Date": "2019-01-05", "Event Text": label, "CAMEO Code": given}
    exported |= {"Event Type": "visit", "Date Precision": "day"}
    text = {
        "gdelt-events": f"GLOBALEVENTID,SQLDATE,EventCode,EventRootCode\n1,20190105,{given},{int(code[:2])}\n",
        "icews": "Event ID,Event Date,Source Name,Event Text,CAMEO Code,Target Name\n"
        f'1,2019-01-05,A,"{label}",{given},B\n',
        "phoenix": f"eid,story_date,source,target,code,root_code\n1,01/05/2019,USA,RUS,{given},{int(code[:2])}\n",
        "cameo": f"{HEADER}\n" + "\t".join(exported.get(name, "") for name in HEADER.split("\t")),
    }[format_]
    (item,) = read_text(format_, text)
    assert isinstance(item, Coded)
    assert (item.cameo, item.originals["cameo"]) == (code, code)
    assert item.remarks == ((f"the code {given} has lost its zero and was read as {code}",) if given != code else ())


@pytest.mark.parametrize(("given", "code"), [("10", "010"), ("20", "020"), ("42", "042"), ("190", "190")])
@pytest.mark.parametrize(
    ("format_", "text"),
    [
        ("gdelt-events", "GLOBALEVENTID,SQLDATE,EventCode\n1,20190105,{}\n"),
        ("icews", "Event ID,Event Date,Source Name,CAMEO Code,Target Name\n1,2019-01-05,A,{},B\n"),
    ],
)
def test_codes_of_two_digits_have_lost_one(format_: str, text: str, given: str, code: str) -> None:
    """Neither GDELT nor ICEWS has a root alone: 10 is a statement, not a demand, whatever columns were cut."""
    (item,) = read_text(format_, text.format(given))
    assert isinstance(item, Coded)
    assert (item.cameo, len(item.remarks)) == (code, int(given != code))


@pytest.mark.parametrize(("status", "kept"), [("Check deaths", "Check deaths"), ("Clear", None), ("", None)])
def test_ucdp_says_what_is_to_be_checked_of_a_candidate(status: str, kept: str | None) -> None:
    """Events of the monthly files are not all certain; those of a yearly release are clear."""
    row = {"id": "1", "type_of_violence": "1", "side_a": "A", "side_b": "B", "code_status": status}
    (item,) = read_text("ucdp-ged", json.dumps(row | {"date_start": "2018-10-01", "date_end": "2018-10-01"}))
    assert isinstance(item, Coded)
    assert item.originals.get("ucdp_code_status") == kept


def test_ucdp_of_before_2017_has_its_ids() -> None:
    """Of conflicts, dyads and sides, which were others then."""
    text = (SAMPLES / "ucdp_ged_49.csv").read_text(encoding="utf-8")
    (item,) = read_text("ucdp-ged", text)
    (older,) = read_text("ucdp-ged", text.replace("_new_id", "_id"))
    assert isinstance(item, Coded)
    assert isinstance(older, Coded)
    assert older.originals == {name.replace("_new_id", "_id"): code for name, code in item.originals.items()}
    assert "ucdp_conflict_id" in older.originals


def test_ucdp_of_before_2019_has_its_dead() -> None:
    """The estimates had other headings."""
    text = (SAMPLES / "ucdp_ged_49.csv").read_text(encoding="utf-8")
    (item,) = read_text("ucdp-ged", text.replace("low,best,high", "low_est,best_est,high_est"))
    assert isinstance(item, Coded)
    (same,) = coded("ucdp-ged", "ucdp_ged_49.csv").values()
    assert item.figures == same.figures != ()
    (row,) = csv.DictReader(io.StringIO(text))
    former = json.dumps({f"{name}_est" if name in {"low", "best", "high"} else name: row[name] for name in row})
    assert read_text("ucdp-ged", former) == [replace(item, line=1)]


@pytest.mark.parametrize("heading", [lambda name: name[:10], str.upper])
def test_ucdp_headings_may_have_been_cut(heading: Callable[[str], str]) -> None:
    """To ten letters by a shapefile, of those alike the first; or they are in capitals, in JSON as well."""
    (row,) = csv.DictReader(io.StringIO((SAMPLES / "ucdp_ged_49.csv").read_text(encoding="utf-8")))
    other: dict[str, str] = {}
    for name in UCDP_COLUMNS:
        other.setdefault(heading(name), row[name])
    table = io.StringIO()
    csv.writer(table).writerows([other, other.values()])
    (same,) = coded("ucdp-ged", "ucdp_ged_49.csv").values()
    for text, line in ((table.getvalue(), 2), (json.dumps(other), 1)):
        assert read_text("ucdp-ged", text) == [replace(same, line=line)]


def test_whole_numbers_may_have_become_others() -> None:
    """In a column with gaps pandas writes 1.0 for 1, which is the same code."""
    columns = "id,type_of_violence,side_a,side_b,date_start,date_end,date_prec,where_prec,adm_1,country_id,best"
    row = "7{0},1{0},Government of Syria,B,2017-01-01,2017-01-31,4{0},6{0},Aleppo,652{0},6{0}"
    whole, others = (read_text("ucdp-ged", f"{columns}\n{row.format(end)}\n") for end in ("", ".0"))
    assert whole == others
    (item,) = whole
    assert isinstance(item, Coded)
    assert (item.key, item.date.precision, item.originals["ucdp_where_prec"]) == ("7", "month", "6")
    cells = [float(cell) if cell.isdigit() else cell for cell in row.format("").split(",")]
    record = json.dumps(dict(zip(columns.split(","), cells, strict=True)))
    assert read_text("ucdp-ged", record) == [replace(item, line=1)]


@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_whole_numbers_of_a_table_may_have_become_others(delimiter: str) -> None:
    """Whatever parts its cells: a place is known by its number, and a story by its."""
    header = "Event ID,Event Date,Event Type,Actor Name,Actor COW,Recipient Name,City,GeoNames ID,Story ID"
    row = "a_1,2021-01-02,AID,A,220{0},B,Berlin,2950159{0},77{0}"
    texts = [f"{header}\n{row.format(end)}\n".replace(",", delimiter) for end in ("", ".0")]
    whole, others = (read_text("polecat", text) for text in texts)
    assert whole == others
    (item,) = whole
    assert isinstance(item, Coded)
    assert item.place is not None
    assert (item.place.geonames, item.sources[0].country) == (2950159, "FRA")


@pytest.mark.parametrize(
    ("format_", "text"),
    [
        (
            "ucdp-ged",
            "id,type_of_violence,side_a,side_b,date_start,date_end,best\n7,1,A,B,2017-01-01,2017-01-01,6\n",
        ),
        ("acled", "event_id_cnty,event_date,event_type,actor1,fatalities\n7,2017-01-01,Battles,A,6\n"),
    ],
)
def test_the_dead_are_kept_without_a_report(format_: str, text: str) -> None:
    """Figures need something that gives them: where the columns of sources are cut, the record itself does."""
    (item,) = read_text(format_, text)
    assert isinstance(item, Coded)
    assert item.figures == (Amount("killed", 6, unit="people"),)
    assert [words.document.key for words in item.evidence] == ["record-7"]


@pytest.mark.parametrize(
    ("format_", "text", "odd"),
    [
        ("acled", "event_id_cnty,event_date,event_type,fatalities\n7,2017-01-01,Battles,12+\n", "fatalities 12+"),
        (
            "ucdp-ged",
            'id,type_of_violence,side_a,side_b,date_start,date_end,best\n7,1,A,B,2017-01-01,2017-01-01,"1,200"\n',
            "best 1,200",
        ),
        (
            "gdelt-events",
            "GLOBALEVENTID\tSQLDATE\tEventCode\tNumMentions\tAvgTone\n1\t20190105\t042\t1,200\tnan\n",
            "mentions 1,200",
        ),
        (
            "icews",
            "Event ID\tEvent Date\tSource Name\tCAMEO Code\tTarget Name\tIntensity\n1\t2019-01-05\tA\t042\tB\t1,9\n",
            "the score 1,9",
        ),
    ],
)
def test_a_number_that_is_none_is_told(format_: str, text: str, odd: str) -> None:
    """Nobody guesses whether a comma parts thousands or decimals; nothing is left out without a word."""
    (item,) = read_text(format_, text)
    assert isinstance(item, Coded)
    assert (item.figures, item.goldstein, item.remarks) == ((), None, (f"{odd} is not a number and was left out",))


@pytest.mark.parametrize("dead", ["1.234", "1,234", "1.000", "3,5", "-1"])
def test_a_count_is_whole(dead: str) -> None:
    """Where commas part decimals, points part thousands, and spreadsheets mix them: no third of a death is made up."""
    text = f"event_id_cnty;event_date;event_type;location;latitude;fatalities\nA1;2019-01-05;Battles;Acre;3,5;{dead}\n"
    (item,) = read_text("acled", text)
    assert isinstance(item, Coded)
    told_of = next(remark for remark in item.remarks if remark.startswith("fatalities"))
    assert (item.figures, told_of) == ((), f"fatalities {dead.replace(',', '.')} is not a count and was left out")


@pytest.mark.parametrize("state", ["900, 200, 2", ""])
def test_ucdp_coalitions_are_several_governments(state: str) -> None:
    """Each of its own country, as where it fights alone."""
    header = "id,type_of_violence,side_a,side_b,date_start,date_end,gwnoa,gwnob\n"
    side = "Government of Australia, Government of United Kingdom, Government of United States of America"
    (item,) = read_text("ucdp-ged", f'{header}7,1,"{side}",Government of Iraq,2003-03-21,2003-03-21,"{state}",645\n')
    assert isinstance(item, Coded)
    assert [(one.name, one.country) for one in (*item.sources, *item.targets)] == [
        ("Government of Australia", "AUS"),
        ("Government of United Kingdom", "GBR"),
        ("Government of United States of America", "USA"),
        ("Government of Iraq", "IRQ"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        '"conflict_id","location","side_a","side_b","year","intensity_level"\n"13637","Atlantis","A","B","2016","1"\n',
        "conflict_id;location;side_a;side_b;year\n13637;Atlantis;A;B;2016\n",
        "actor_id,coalition,actor_name,year,best_fatality_estimate\n1,,Government of Atlantis,2016,30\n",
    ],
)
def test_ucdp_years_of_conflicts_are_no_events(text: str) -> None:
    """UCDP/PRIO Armed Conflict and its like are told by name of what to take instead."""
    (item,) = read_text("ucdp-ged", text)
    assert isinstance(item, Skipped)
    assert "a year of a conflict, not an event" in item.why


def test_ucdp_candidates_without_a_header() -> None:
    """Some releases forgot it; all have the same columns."""
    text = (SAMPLES / "ucdp_ged_49.csv").read_text(encoding="utf-8")
    (row,) = csv.DictReader(io.StringIO(text))
    bare = io.StringIO()
    csv.writer(bare).writerow(row[name] for name in UCDP_COLUMNS)
    assert [told(item)[2:] for item in read_text("ucdp-ged", bare.getvalue())] == [
        told(item)[2:] for item in read_text("ucdp-ged", text)
    ]


def test_a_skipped_row_is_kept_whole() -> None:
    """It can be mended and brought in again, however long it is."""
    long = "x" * 5_000
    head, first, *_ = (SAMPLES / "icews.tab").read_text(encoding="utf-8").splitlines()
    row = first.replace("2018-06-01", "2018-06-31").replace("Hanoi", long)
    [item] = read_text("icews", f"{head}\n{row}\n")
    assert isinstance(item, Skipped)
    assert item.row == row


def test_rows_of_an_answer_on_one_line_are_skipped_one_by_one() -> None:
    """Each with its own row, as JSON."""
    items = read_text("acled", '{"data": [{"event_id_cnty": "A1", "event_date": "2020-02-30"}, 7]}')
    assert [(item.line, item.row) for item in items if isinstance(item, Skipped)] == [
        (1, '{"event_id_cnty":"A1","event_date":"2020-02-30"}'),
        (1, "7"),
    ]


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("wrapped", [False, True])
def test_json_of_python_may_have_nan(wrapped: bool, indent: int | None) -> None:
    """For a number that is missing, which is no JSON."""
    row = {"event_id_cnty": "A1", "event_date": "2020-02-28", "event_type": "Battles", "fatalities": float("nan")}
    rows: list[dict[str, Any]] = [row, row | {"event_id_cnty": "A2", "notes": 'It says "NaN", and }.'}]
    items = read_text("acled", json.dumps({"data": rows} if wrapped else rows, indent=indent))
    assert [(item.key, item.figures) for item in items if isinstance(item, Coded)] == [("A1", ()), ("A2", ())]
    (broken,) = read_text("acled", '{"event_id_cnty": NaN, "event_date" 7}')
    assert isinstance(broken, Skipped)
    assert broken.why.startswith("no JSON")


@pytest.mark.parametrize("indent", [None, 1, 4])
@pytest.mark.parametrize("rows", [0, 1, 2])
def test_what_follows_the_rows_of_an_answer_is_no_row(rows: int, indent: int | None) -> None:
    """APIs add what the user may ask for, and how long it took; a second answer may follow."""
    row = {"event_id_cnty": "A1", "event_date": "2020-02-28", "event_type": "Battles", "tags": "]}"}
    more = {"restrictions": {"recency": {"unit": "months"}}, "messages": [{"text": "]"}], "count": rows}
    answer = json.dumps(
        {"status": 200, "head": {"a": {}}, "data": [row, row | {"event_id_cnty": "A2"}][:rows]} | more, indent=indent
    )
    items = read_text("acled", f"{answer}\n{answer.replace('A1', 'B1').replace('A2', 'B2')}\n")
    assert [item.key for item in items if isinstance(item, Coded)] == ["A1", "A2"][:rows] + ["B1", "B2"][:rows]
    assert len(items) == 2 * rows


def test_a_table_as_an_object_of_its_columns_is_told() -> None:
    """It is what pandas makes of one unless it is asked for records."""
    columns = json.dumps(
        {"event_id_cnty": {"0": "A1", "1": "A2"}, "event_date": {"0": "2020-02-28", "1": "2020-02-29"}}
    )
    (item,) = read_text("acled", columns)
    assert isinstance(item, Skipped)
    assert "to_json(..., orient='records')" in item.why


@pytest.mark.parametrize(
    ("lat", "lon", "expected", "why"),
    [
        (29.1, 58.36, (29.1, 58.36), None),
        ("29.1", "58.36", (29.1, 58.36), None),
        (None, None, (None, None), None),
        (0, 0, (None, None), "coordinates 0,0 stand for an unknown place and were left out"),
        (58.36, 291, (None, None), "58.36,291 are not coordinates and were left out"),
    ],
)
def test_plover_places_have_the_coordinates_that_are_given(
    lat: object, lon: object, expected: tuple[float | None, float | None], why: str | None
) -> None:
    """Places of one name with other coordinates are others."""
    gold = {"id": "1", "date": "2001-05-06", "event": "AID", "eventLoc": {"name": "Bam", "lat": lat, "lon": lon}}
    (event,) = formats()["plover"].read(iter([(1, json.dumps(gold))]))
    assert isinstance(event, Coded)
    assert event.place
    assert (event.place.lat, event.place.lon) == expected
    assert event.place.key == ("Bam" if expected[0] is None else "Bam|29.1,58.36")
    assert event.remarks == ((why,) if why else ())
