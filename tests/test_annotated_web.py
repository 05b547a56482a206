"""What comes of web annotations: W3C, Recogito and Hypothesis."""

import json

import pytest

from tests.texts import read

ANNOTATION = {
    "@context": "http://www.w3.org/ns/anno.jsonld",
    "id": "http://example.org/1",
    "type": "Annotation",
    "motivation": "identifying",
    "target": {"source": "http://example.org/page", "selector": {"type": "TextQuoteSelector", "exact": "no"}},
}


NOTE = {
    "id": "a",
    "uri": "http://x.y/",
    "tags": ["P"],
    "target": [{"selector": [{"type": "TextQuoteSelector", "exact": "no"}]}],
}


@pytest.mark.parametrize(
    "change",
    [
        {"@context": "fish"},
        {"id": ["http://a.b/1", "http://a.b/2"]},
        {"id": "no address"},
        {"type": "Page"},
        {"target": None},
        {"body": "this is no address"},
        {"body": {"type": "TextualBody", "value": ["a", "b"]}},
        {"body": {"type": "TextualBody", "value": "a", "textDirection": "squirrel"}},
        {"bodyValue": ["a", "b"]},
        {"created": "yesterday"},
        {"created": ["2015-01-28T12:00:00Z", "2015-01-28T12:00:01Z"]},
        {"creator": 6},
        {"rights": "not an address"},
        {"target": {"source": "http://a.b/", "selector": {"type": "FragmentSelector"}}},
    ],
)
def test_what_is_no_web_annotation_is_told(change: dict[str, object]) -> None:
    """The recommendation's demands are checked, as far as they matter here."""
    found, skipped = read("w3c", json.dumps(ANNOTATION | change))
    assert (found, len(skipped)) == ([], 1)
    (good,), none = read("w3c", json.dumps(ANNOTATION))
    assert (good.name, [mark.words for mark in good.marks], none) == ("http://example.org/page", ["no"], [])


def test_refined_selectors_and_pages_within_collections() -> None:
    """The innermost quote is what is marked; a collection's first page is read, and a graph."""
    refined = {"type": "FragmentSelector", "value": "p1", "refinedBy": {"type": "TextQuoteSelector", "exact": "yes"}}
    one = {**ANNOTATION, "target": {"source": "http://example.org/page", "selector": [refined]}}
    page = {"type": "AnnotationPage", "items": [one]}
    for whole in ({"type": "AnnotationCollection", "first": page}, {"@graph": [one]}):
        (found,), _skipped = read("w3c", json.dumps(whole))
        assert [mark.words for mark in found.marks] == ["yes"]


@pytest.mark.parametrize(
    ("name", "whole", "marks", "why"),
    [
        (
            "w3c",
            {"type": "AnnotationPage", "next": "http://a.b/2", "items": [ANNOTATION]},
            1,
            "the next is http://a.b/2",
        ),
        (
            "w3c",
            {"type": "AnnotationPage", "prev": "http://a.b/1", "partOf": {"total": 9}, "items": [ANNOTATION]},
            1,
            "it has 1 of 9 annotations",
        ),
        ("w3c", {"type": "AnnotationPage", "partOf": {"total": 1}, "items": [ANNOTATION]}, 1, None),
        (
            "w3c",
            {"type": "AnnotationCollection", "total": 9, "first": {"type": "AnnotationPage", "items": [ANNOTATION]}},
            1,
            "it has 1 of 9 annotations",
        ),
        ("w3c", {"type": "AnnotationCollection", "first": "http://a.b/1"}, 0, "only the address http://a.b/1"),
        ("w3c", {"type": "AnnotationPage", "items": ["http://a.b/c", ANNOTATION]}, 1, "only the address http://a.b/c"),
        ("hypothesis", {"total": 201, "rows": [NOTE]}, 1, "it has 1 of 201 annotations"),
        ("hypothesis", {"total": 1, "rows": [NOTE]}, 1, None),
    ],
)
def test_one_page_of_several_is_told(name: str, whole: dict[str, object], marks: int, why: str | None) -> None:
    """What is on it is read."""
    found, skipped = read(name, json.dumps(whole))
    assert sum(len(one.marks) for one in found) == marks
    assert len(skipped) == (why is not None)
    assert all(str(why) in one.why for one in skipped)


def test_a_body_without_a_purpose_has_that_of_its_annotation() -> None:
    """A value under the motivation of tagging is a tag; under another it is a comment."""
    body = {"type": "TextualBody", "value": "Person"}
    told = []
    for motivation in ("tagging", "commenting"):
        one = {**ANNOTATION, "motivation": motivation, "body": body}
        (found,), _skipped = read("w3c", json.dumps(one))
        told += [(mark.label, dict(mark.attributes)) for mark in found.marks]
    assert told == [("Person", {}), ("commenting", {"comment": "Person"})]


@pytest.mark.parametrize("motivation", ["tagging", "classifying", "oa:tagging", "http://www.w3.org/ns/oa#classifying"])
@pytest.mark.parametrize(
    "body",
    [
        {"type": "TextualBody", "value": "http://x.y/Person"},
        {"type": "SpecificResource", "source": "http://x.y/Person"},
        {"id": "http://x.y/Person"},
        "http://x.y/Person",
    ],
)
def test_a_tag_may_be_an_address_and_a_class(motivation: str, body: object) -> None:
    """However the motivation is spelt."""
    (found,), skipped = read("w3c", json.dumps({**ANNOTATION, "motivation": motivation, "body": body}))
    assert [(mark.label, dict(mark.attributes)) for mark in found.marks] == [("http://x.y/Person", {})]
    assert skipped == []


@pytest.mark.parametrize(
    "body",
    [
        {"type": ["TextualBody", "Tag"], "value": "P", "purpose": ["describing", "tagging"]},
        {"type": "SpecificResource", "source": {"id": "http://a.b/P", "label": "P"}, "purpose": "classifying"},
        {"type": "Composite", "items": [{"value": "hm"}, {"value": "P", "purpose": "tagging"}]},
    ],
)
def test_bodies_and_targets_may_be_several_in_one(body: dict[str, object]) -> None:
    """A body of several types or purposes, a thing with more about it than its address, and sets, are all allowed."""
    targets = [{"source": {"id": "http://a.b/c"}, "selector": {"type": "TextQuoteSelector", "exact": e}} for e in "xy"]
    one = {**ANNOTATION, "body": body, "target": {"type": "List", "items": targets}}
    (found,), skipped = read("w3c", json.dumps(one))
    assert (found.name, skipped) == ("http://a.b/c", [])
    assert [(mark.label[-1], mark.words) for mark in found.marks] == [("P", "x"), ("P", "y")]


def test_an_annotation_of_several_targets_marks_each() -> None:
    """One that comes again in the file is told, and one of no words is no mark."""
    targets = [
        {"source": "http://x.y/", "selector": {"type": "TextQuoteSelector", "exact": exact}}
        for exact in ("met", "talked", "")
    ]
    given_ = [{**ANNOTATION, "target": targets}, {**ANNOTATION, "target": targets[:1]}]
    (found,), skipped = read("w3c", json.dumps(given_, indent=1))
    assert [mark.words for mark in found.marks] == ["met", "talked"]
    assert len({mark.id for mark in found.marks}) == 2
    assert [one.why for one in skipped] == [
        "marks no words: its target has no TextQuoteSelector or TextPositionSelector",
        "is in line 2 already",
    ]


def test_a_position_within_another_selector_is_no_position_in_the_page() -> None:
    """It counts from where that begins, so the words are marked, but not known."""
    inner = {"type": "TextPositionSelector", "start": 3, "end": 7}
    outer = {"type": "XPathSelector", "value": "/p[2]", "refinedBy": inner}
    (found,), skipped = read("w3c", json.dumps({**ANNOTATION, "target": {"source": "http://x.y/", "selector": outer}}))
    assert ([(mark.parts, mark.words) for mark in found.marks], skipped) == ([((), None)], [])


def test_recogito_has_ids_of_its_file_and_relations() -> None:
    """What is marked may be said nowhere, and a relation is an annotation with two targets."""
    context = {"@context": "http://www.w3.org/ns/anno.jsonld", "type": "Annotation"}

    def marked(key: str, words: str, tag: str) -> dict[str, object]:
        body = [{"type": "TextualBody", "value": tag, "purpose": "tagging"}]
        return {
            **context,
            "id": key,
            "body": body,
            "target": {"selector": [{"type": "TextQuoteSelector", "exact": words}]},
        }

    def related(key: str, *ends: str) -> dict[str, object]:
        body = [{"type": "TextualBody", "value": "did", "purpose": "tagging"}]
        return {**context, "id": key, "motivation": "linking", "body": body, "target": [{"id": end} for end in ends]}

    given_ = [
        marked("#a", "Ann", "Person"),
        marked("#b", "met", "Event"),
        related("#r", "#a", "#b"),
        related("#s", "#a", "#z"),
    ]
    (found,), skipped = read("w3c", json.dumps(given_))
    assert [(mark.id, mark.label, mark.words) for mark in found.marks] == [
        ("#a", "Person", "Ann"),
        ("#b", "Event", "met"),
    ]
    assert ([(link.type, link.source, link.target) for link in found.links], found.name) == ([("did", "#a", "#b")], "a")
    assert [one.why for one in skipped] == ["the link did joins #a and #z, which are no marks of one page"]


def test_hypothesis_leaves_out_replies_and_notes_to_pages() -> None:
    """Only words of a page are marks; each tag is one."""
    selector = [{"type": "TextQuoteSelector", "exact": "no", "prefix": "oh "}]
    rows = [
        {"id": "a", "uri": "http://x.y/", "tags": ["P", "Q"], "target": [{"selector": selector}]},
        {"id": "b", "uri": "http://x.y/", "tags": [], "references": ["a"], "target": [{"selector": selector}]},
        {"id": "c", "uri": "http://x.y/", "tags": ["P"], "target": [{}]},
    ]
    (found,), skipped = read("hypothesis", json.dumps({"total": 3, "rows": rows}))
    # The client exports the same under another name.
    exported = {"export_date": "2024-01-01", "client_version": "1.1", "annotations": rows}
    assert read("hypothesis", json.dumps(exported)) == ([found], skipped)
    apart = {"total": 2, "rows": [rows[0], rows[2]], "replies": [rows[1]]}
    (same,), told = read("hypothesis", json.dumps(apart))
    assert (same, {one.why for one in told}) == (found, {one.why for one in skipped})
    assert [(mark.label, mark.words) for mark in found.marks] == [("P", "no"), ("Q", "no")]
    assert [one.why for one in skipped] == [
        "is a reply to another annotation",
        "is a note on the whole page: it marks no words",
    ]
