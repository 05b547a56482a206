"""Whether the files of a data set agree: each fault has its file, line, place, words and nearest match."""

from pathlib import Path

import pytest

from app.loading import Fault, Refused, check_folder
from app.loading.folder import read_folder
from tests.conftest import SEED
from tests.folders import STRIKE_FILE as STRIKE
from tests.folders import WARNING_FILE as WARNING
from tests.folders import Case, change, check_change, faults_of, write, write_small

ACTORS = "actors.yaml"
PLACES = "places.yaml"
EXCLAIMED = "      - « Arrêtez », dit-elle."
SAID = "statements[0].evidence[0]"
TWICE = "add a prefix, a suffix or an occurrence"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return write_small(tmp_path)


def test_the_seed_has_no_fault() -> None:
    """What is shipped is sound."""
    assert check_folder(SEED) == []


def test_the_small_set_has_no_fault(small: Path) -> None:
    """So whatever is found below comes from the one thing that was changed."""
    assert check_folder(small) == []


EVIDENCE: list[Case] = [
    (
        *(WARNING, "      - Anne Arc avertit le nord.", "      - Anne Arc avertit le sud."),
        ["24: events[0].evidence[0]: these words are not in the text; found 'Anne Arc avertit le sud.'"],
    ),
    (
        *(WARNING, EXCLAIMED, "      - non"),
        [f"39: {SAID}: these words are in the text 2 times; {TWICE}; found 'non'"],
    ),
    (
        *(WARNING, EXCLAIMED, "      - {exact: non, occurrence: 3}"),
        [f"39: {SAID}: the text has these words 2 times, not 3; found 'non'"],
    ),
    (
        *(WARNING, EXCLAIMED, "      - {exact: non, prefix: 'oui '}"),
        [f"39: {SAID}: these words, between this prefix and suffix, are not in the text; found 'non'"],
    ),
    (
        *(WARNING, "text: Arrêtez, language", "text: Continuez, language"),
        ["35: statements[0].quote.text: the quotation is not in the text; found 'Continuez'"],
    ),
    (
        *(WARNING, f"    evidence:\n{EXCLAIMED}\n", ""),
        ["26: statements[0].evidence: has no evidence; found '2016-10-01-warning-s1'"],
    ),
    (
        *(WARNING, "    evidence:\n      - Anne Arc avertit le nord.\n", "    evidence: []\n"),
        ["23: events[0].evidence: has no evidence; found '2016-10-01-anna-warns'"],
    ),
]


@pytest.mark.parametrize("case", EVIDENCE, ids=lambda case: case[2].strip() or "none")
def test_evidence_stands_in_the_text_once(small: Path, case: Case) -> None:
    """Every record has evidence; its words, and those of a quotation, stand in the article, and it is plain where."""
    check_change(small, case)


@pytest.mark.parametrize(
    "words", ["{exact: non, occurrence: 2}", "{exact: non, prefix: 'encore '}", "{exact: non, suffix: ', et'}"]
)
def test_evidence_may_be_told_apart(small: Path, words: str) -> None:
    """Words that stand twice do with a neighbour or an ordinal."""
    change(small, WARNING, EXCLAIMED, f"      - {words}")
    assert faults_of(small) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (EXCLAIMED, '      - "encore non.\\n"'),
        (EXCLAIMED, '      - {exact: encore non., suffix: "\\n"}'),
        ("text: Arrêtez, language", 'text: "encore non.\\n", language'),
    ],
)
def test_evidence_stands_in_the_text_that_is_kept(small: Path, old: str, new: str) -> None:
    """The line end that a block of YAML adds is no part of the stored text, so no words may reach into it."""
    change(small, WARNING, old, new)
    assert len(faults_of(small)) == 1


REFERENCES: list[Case] = [
    (
        WARNING,
        "{actor: anna-arc,",
        "{actor: ana-arc,",
        ["16: events[0].participants[0].actor: actor 'ana-arc' anna-arc"],
    ),
    (WARNING, "gallia}", "galia}", ["16: events[0].participants[0].on_behalf_of: actor 'galia' gallia"]),
    (WARNING, "{actor: ministry", "{actor: minister", ["20: events[0].accounts[0].actor: actor 'minister' ministry"]),
    (WARNING, "publisher: ministry", "publisher: reuters", ["2: publisher: actor 'reuters'"]),
    (WARNING, "language: fr\ntitle", "agency: [ministry, afp]\nlanguage: fr\ntitle", ["3: agency[1]: actor 'afp'"]),
    (WARNING, "place: north", "place: nord", ["14: events[0].place: place 'nord' north"]),
    (WARNING, "speaker: anna-arc", "speaker: anna", ["27: statements[0].speaker: actor 'anna' anna-arc"]),
    (
        WARNING,
        "addressees: [gallia]",
        "addressees: [gallia, gaul]",
        ["32: statements[0].addressees[1]: actor 'gaul' gallia"],
    ),
    (WARNING, "addressees: [", "venue: council\n    addressees: [", ["32: statements[0].venue: actor 'council'"]),
    (
        WARNING,
        "addressees: [",
        "on_behalf_of: galia\n    addressees: [",
        ["32: statements[0].on_behalf_of: actor 'galia' gallia"],
    ),
    (
        WARNING,
        "addressees: [",
        "reported_via: [radio]\n    addressees: [",
        ["32: statements[0].reported_via[0]: actor 'radio'"],
    ),
    (
        WARNING,
        "about: [2016-09-strike]",
        "about: [2016-09-strikes]",
        ["37: statements[0].about[0]: event '2016-09-strikes' 2016-09-strike"],
    ),
    (
        *(WARNING, "event: 2016-10-01-anna-warns", "event: 2016-10-01-ana-warns"),
        ["36: statements[0].event: event '2016-10-01-ana-warns' 2016-10-01-anna-warns"],
    ),
    (
        *(WARNING, "target: 2016-09-strike", "target: 2016-09-strikes"),
        ["22: events[0].relations[0].target: record '2016-09-strikes' 2016-09-strike 2016-10-03-strike-s1"],
    ),
    (ACTORS, "parent: gallia", "parent: galia", ["14: actors[1].parent: actor 'galia' gallia"]),
    (
        ACTORS,
        "organisation: ministry",
        "organisation: ministri",
        ["9: actors[0].roles[0].organisation: actor 'ministri' ministry"],
    ),
    (PLACES, "parent: north", "parent: zzz", ["9: places[1].parent: place 'zzz'"]),
]


@pytest.mark.parametrize("case", REFERENCES, ids=lambda case: f"{case[0]}-{case[2].strip()}")
def test_every_id_names_a_record(small: Path, case: Case) -> None:
    """An id that nothing has is told with those that look like it, if any do."""
    *change_, (short,) = case
    line, where, kind, found, *near = short.split(" ")
    told = f"{line} {where} there is no {kind} of this id; found {found}" + (
        f"; nearest: {', '.join(near)}" if near else ""
    )
    check_change(small, (change_[0], change_[1], change_[2], [told]))


def test_a_relation_may_lead_to_a_statement(small: Path) -> None:
    """So a mistyped target is told with the statements that look like it."""
    change(small, STRIKE, "target: 2016-10-01-warning-s1", "target: 2016-10-01-warning-s2")
    (fault,) = check_folder(small)
    assert (fault.line, fault.where, fault.found) == (
        27,
        "statements[0].relations[0].target",
        "2016-10-01-warning-s2",
    )
    assert fault.nearest[0] == "2016-10-01-warning-s1"


def test_the_faults_of_all_files_come_at_once_and_sorted(small: Path) -> None:
    """By file, then by line: a person goes through them once."""
    change(small, WARNING, "place: north", "place: nord")
    change(small, WARNING, "publisher: ministry", "publisher: reuters")
    change(small, STRIKE, "There was a strike in September.\n", "There was none.\n")
    change(small, PLACES, "parent: north", "parent: zzz")
    change(small, ACTORS, "{en: Gallia}", "{fr: Gaule}")
    found = check_folder(small)
    assert [(fault.file, fault.line) for fault in found] == [
        *((ACTORS, 17), (WARNING, 2), (WARNING, 14), (STRIKE, 14), (PLACES, 9)),
    ]
    assert found == sorted(found)


def test_the_faults_of_all_unsound_files_come_at_once(small: Path) -> None:
    """Files that cannot be read or have unknown names are told together, sound files beside them or not."""
    write(small, STRIKE, "id: x\nid: y\n")
    change(small, ACTORS, "kind: person", "kind: persona")
    change(small, WARNING, "publisher: ministry", "publisher: ministry\nwho: knows")
    (small / PLACES).unlink()
    with pytest.raises(Refused) as refused:
        read_folder(small)
    assert [str(fault).partition(";")[0] for fault in refused.value.faults] == [
        "actors.yaml:3: actors[0].kind: not a code of actor-kinds",
        f"{WARNING}:3: who: is not known here",
        f"{STRIKE}:2: id: given twice",
        "places.yaml:1: file: cannot be read: No such file or directory",
    ]
    assert check_folder(small) == list(refused.value.faults)


def test_a_fault_of_one_file_hides_no_tie_of_another(small: Path) -> None:
    """A file that is unsound by itself still has its ids; what others name wrongly is told beside its own faults."""
    change(small, STRIKE, "stance: doubts", "stance: doubt")
    change(small, ACTORS, "kind: person", "kind: persona")
    change(small, WARNING, "place: north", "place: nord")
    assert [(fault.file, fault.line, fault.where) for fault in check_folder(small)] == [
        (ACTORS, 3, "actors[0].kind"),
        (WARNING, 14, "events[0].place"),
        (STRIKE, 17, "events[1].accounts[0].stance"),
    ]


def test_a_folder_without_a_data_set_is_told_so(tmp_path: Path) -> None:
    """A wrong path is one fault, not a list of missing files."""
    assert check_folder(tmp_path) == [Fault(str(tmp_path), 1, "folder", "is not a data set: it has no dataset.yaml")]
