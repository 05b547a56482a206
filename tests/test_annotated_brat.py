"""What comes of brat's files: spans, events, attributes and what is wrong in them."""

import pytest

from tests.texts import brat, read, words


def test_brat_spans_may_be_parted_nested_and_over_lines() -> None:
    """Discontinuous spans keep their parts, unless only a line's end is between them; brat shows that as a blank."""
    (found,), skipped = brat(
        "He said\nno to war, never.",
        "T1\tContent 8 10;19 24\tno never",
        "T2\tPart 3 10\tsaid no",
        "T3\tPart 8 10\tno",
        "T4\tPart 8 10\tno",
        "T5\tContent 3 7;8 10;19 24\tsaid no never",
    )
    told = {"T1": "no|never", "T2": "said\nno", "T3": "no", "T4": "no", "T5": "said\nno|never"}
    assert words(found) == told
    assert skipped == []


@pytest.mark.parametrize(("start", "end"), [(13, 16), (14, 17)])
def test_brat_offsets_may_count_line_ends_as_one_or_two(start: int, end: int) -> None:
    """Git for Windows and editors turn line ends after the text was annotated; the words tell."""
    (found,), skipped = brat("Ann met Bob.\r\nAnn left.", "T1\tPerson 0 3\tAnn", f"T2\tPerson {start} {end}\tAnn")
    assert (words(found), skipped) == ({"T1": "Ann", "T2": "Ann"}, [])


@pytest.mark.parametrize("first", [0, 1])
def test_brat_offsets_may_count_a_byte_order_mark(first: int) -> None:
    """The words tell, of which several are the same."""
    lines = [f"T{at}\tPerson {at + first} {at + first + 3}\tAnn" for at in (0, 13)]
    (found,), skipped = brat("\ufeffAnn met Bob. Ann left.", *lines)
    assert (words(found), skipped) == ({"T0": "Ann", "T13": "Ann"}, [])
    assert (found.text or "").strip() == "Ann met Bob. Ann left."


def test_brat_events_take_the_place_of_their_triggers() -> None:
    """Roles lose their numbers, arguments may be events, attributes and references stay with what they are of."""
    (found,), skipped = brat(
        "Ann met Bob and Cy, which ended war.",
        "T1\tPerson 0 3\tAnn",
        "T2\tMeet 4 7\tmet",
        "T3\tPerson 8 11\tBob",
        "T4\tPerson 16 18\tCy",
        "T7\tEnd 26 31\tended",
        "E1\tMeet:T2 Who:T1 Who2:T3 Who3:T4",
        "E2\tEnd:T7 Cause:E1",
        "M1\tNegation E2",
        "A1\tCertainty E1 High",
        "N1\tReference T1 Wikidata:Q7\tAnn",
        "#1\tAnnotatorNotes T3\tsure?",
        "*\tEquiv T1 T3 T4",
    )
    assert skipped == []
    assert words(found) == {"T1": "Ann", "T3": "Bob", "T4": "Cy", "E1": "met", "E2": "ended"}
    assert [(link.type, link.source, link.target) for link in found.links] == [
        ("Who", "E1", "T1"),
        ("Who", "E1", "T3"),
        ("Who", "E1", "T4"),
        ("Cause", "E2", "E1"),
        ("Equiv", "T1", "T3"),
        ("Equiv", "T1", "T4"),
    ]
    attributes = {mark.id: dict(mark.attributes) for mark in found.marks if mark.attributes}
    assert attributes == {
        "E1": {"Certainty": "High"},
        "E2": {"Negation": "true"},
        "T1": {"Reference": "Wikidata:Q7"},
        "T3": {"AnnotatorNotes": "sure?"},
    }


def test_brat_roles_that_are_numbers_keep_them() -> None:
    """Arg1 and Arg2 are two roles, Site2 is the role of a second Site."""
    (found,), skipped = brat(
        "Ann met Bob.",
        "T1\tPerson 0 3\tAnn",
        "T2\tMeet 4 7\tmet",
        "T3\tPerson 8 11\tBob",
        "E1\tMeet:T2 Arg1:T1 Arg2:T3 Site2:T3",
        "E2\tMeet:T2 Arg2:T1",
    )
    assert [link.type for link in found.links] == ["Arg1", "Arg2", "Site", "Arg2"]
    assert skipped == []


def test_brat_says_what_is_said_twice() -> None:
    """Of two references, notes or values, the first counts, and the other is told. An event's id is given once."""
    (found,), skipped = brat(
        "Ann met Bob.",
        "T1\tPerson 0 3\tAnn",
        "T2\tMeet 4 7\tmet",
        "E1\tMeet:T2",
        "E1\tVisit:T2 Who:T1",
        "N1\tReference T1 Wikidata:Q7\tAnn",
        "N2\tReference T1 GND:8\tAnn",
        "A1\tCertainty E1 High",
        "A2\tCertainty E1 Low",
    )
    assert {mark.label: dict(mark.attributes) for mark in found.marks} == {
        "Person": {"Reference": "Wikidata:Q7"},
        "Meet": {"Certainty": "High"},
    }
    assert [(one.line, one.why) for one in skipped] == [
        (4, "the id E1 was given in line 3 already"),
        (6, "T1 has another Reference already, which counts: Wikidata:Q7"),
        (8, "E1 has another Certainty already, which counts: High"),
    ]


def test_a_reference_to_nobody_is_none() -> None:
    """Or all who are not in a knowledge base would be one actor. One that follows it counts."""
    (found,), skipped = brat(
        "Ann met Bob and Eve.",
        "T1\tPerson 0 3\tAnn",
        "T2\tPerson 8 11\tBob",
        "T3\tPerson 16 19\tEve",
        "N1\tReference T1 Wikidata:NULL\tAnn",
        "N2\tReference T2 Wikidata:NULL\tBob",
        "N3\tReference T3 NIL\tEve",
        "N4\tReference T3 \tEve",
        "N5\tReference T2 Wikidata:Q7\tBob",
    )
    assert [dict(mark.attributes) for mark in found.marks] == [{}, {"Reference": "Wikidata:Q7"}, {}]
    assert skipped == []


def test_brat_lines_that_are_wrong_are_skipped_alone() -> None:
    """Each wrong line is told with its number; the others are read."""
    (found,), skipped = brat(
        "Ann met Bob.",
        "T1\tPerson 0 3\tAnn",
        "T2 Person 8 11 Bob",
        "T3\tPerson 8 99\tBob",
        "T4\tPerson 0 3\tEve",
        "R1\tknows Arg1:T1",
        "R3 knows Arg1:T1 Arg2:T3",
        "*\tEquiv T1",
        "R2\tknows Arg1:T1 Arg2:T9",
        "what is this",
        "E1\tMeet:T8 Who:T1",
        "#1\tAnnotatorNotes R2\twhy?",
    )
    assert words(found) == {"T1": "Ann", "T3": "Bob"}
    assert [(one.line, one.why.partition(":")[0]) for one in skipped] == [
        (2, "is not a span"),
        (5, "a relation has two arguments"),
        (6, "a relation has two arguments"),
        (7, "has no two members"),
        (9, "is not a line of brat"),
        (10, "the event E1 has the trigger T8, which is not a span"),
        (11, "AnnotatorNotes is said of R2, which is neither a span nor an event"),
        (4, "the mark T4 (Person) is at 0-3, where the text has 'Ann'"),
        (8, "the link knows names T9, of which there is no mark"),
        (10, "the link Who names E1, of which there is no mark"),
    ]
    assert found.remarks == ("offsets were wrong or missing, and found by the words",)


def test_brat_without_its_other_file_is_told() -> None:
    """A text or an annotation alone is skipped; an empty annotation is a text in which nothing was found."""
    assert read("brat", "Words.", "a.txt")[1][0].why.startswith("is not annotated")
    assert read("brat", "", "a.ann")[1][0].why.startswith("there is no a.txt")
    (found,), skipped = brat("Words.")
    assert (found.marks, skipped) == ((), [])


def test_brat_annotators_have_their_own_files() -> None:
    """name_ANNOTATOR.ann is of name.txt; .a1 and .a2 are one annotation."""
    (found,), _skipped = read("brat", "T1\tP 0 3\tAnn", "a_b1.ann", a__txt="Ann met.")
    assert (found.name, found.annotator) == ("a", "b1")
    (found,), _skipped = read(
        "brat", "T1\tP 0 3\tAnn", "a.a1", a__txt="Ann met.", a__a2="T2\tMeet 4 7\tmet\nE1\tMeet:T2 Who:T1"
    )
    assert words(found) == {"T1": "Ann", "E1": "met"}
