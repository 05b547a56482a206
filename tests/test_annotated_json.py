"""What comes of the JSON of doccano and Prodigy."""

import json

import pytest

from tests.texts import read, words


def test_doccano_comes_in_all_its_shapes() -> None:
    """Lines, lists, objects over many lines, old and new fields; what has no text is skipped."""
    lines = [
        {"text": "Ann met Bob", "label": [[0, 3, "P"]], "meta": {"page": 3}},
        {"text": "Ann met Bob", "labels": [[8, 11, "P"]]},
        {"id": 9, "text": "Ann", "annotations": [{"label": 4, "start_offset": 0, "end_offset": 3, "user": 1}]},
        {"text": "Good", "label": ["positive"], "cats": "b"},
        {"label": [[0, 1, "P"]]},
        {"text": "Ann", "label": [[0, 99, "P"], [0], [0, 3, "P"]]},
        {"text": "Ann", "annotations": [{"label": 4, "label_name": "Q", "start_offset": 0, "end_offset": 3}]},
        {"text": "Ann", "entities": [{"start": 0, "end": 3, "label": "R"}]},
    ]
    as_lines, skipped = read("doccano", "\n".join(map(json.dumps, lines)))
    as_list, _skipped = read("doccano", json.dumps(lines, indent=2))
    spread, _skipped = read("doccano", "\n".join(json.dumps(line, indent=2) for line in lines))
    assert [words(one) for one in as_lines] == [words(one) for one in as_list] == [words(one) for one in spread]
    assert [list(words(one).values()) for one in as_lines] == [["Ann"], ["Bob"], ["Ann"], [], ["Ann"], ["Ann"], ["Ann"]]
    assert [mark.label for one in as_lines for mark in one.marks] == ["P", "P", "4", "P", "Q", "R"]
    assert as_lines[0].meta == {"page": "3"}
    assert as_lines[3].meta == {"class": "positive, b"}
    assert [(one.line, one.why.partition(":")[0]) for one in skipped] == [
        (5, "has no text"),
        (6, "entity 2 is not a span"),
        (6, "the mark 0 (P) is at 0-99, but the text has 3 characters"),
    ]


def test_doccano_tells_labels_and_relations_that_are_none() -> None:
    """Neither is taken for something else, nor left out in silence."""
    spans = [{"id": 1, "start_offset": 0, "end_offset": 3, "label": "P"}]
    relations = [[1, 1, "knows"], {"from_id": 1, "to_id": 1, "type": "is"}, {"from_id": 1, "to_id": 1}]
    lines = [{"text": "Ann", "entities": spans, "relations": relations}, {"text": "Bob", "label": {"P": [[0, 3]]}}]
    (found, other), skipped = read("doccano", "\n".join(map(json.dumps, lines)))
    assert [(link.type, link.source, link.target) for link in found.links] == [("is", "1", "1")]
    assert (other.marks, other.meta) == ((), {})
    assert [(one.line, one.why.partition(":")[0]) for one in skipped] == [
        (1, "relation 1 is none"),
        (1, "relation 3 is none"),
        (2, "entity 1 is not a span"),
    ]


def test_prodigy_takes_what_was_accepted() -> None:
    """Rejected and ignored tasks are skipped; the same text of two sessions is told apart."""
    task = {"text": "Ann met Bob", "_input_hash": 5, "spans": [{"start": 0, "end": 3, "label": "P"}]}
    lines = [
        {**task, "answer": "accept", "_session_id": "one"},
        {**task, "answer": "accept", "_session_id": "two"},
        {**task, "answer": "reject"},
        {**task, "answer": "ignore"},
        {**task, "relations": [{"head": 0, "child": 2, "label": "knows"}]},
    ]
    found, skipped = read("prodigy", "\n".join(map(json.dumps, lines)))
    assert [(one.name, one.annotator) for one in found] == [
        ("a-00000005", "one"),
        ("a-00000005", "two"),
        ("a-00000005", None),
    ]
    assert [one.why.partition(":")[0] for one in skipped] == [
        "was not accepted",
        "was not accepted",
        "relation 1 has no head_span and child_span, and no tokens that its head and child could be",
    ]


def test_prodigy_asks_about_one_span_at_a_time() -> None:
    """The spans that one person accepted are those of one text; what was decided in a review counts by itself."""

    def task(words: str, **more: object) -> dict[str, object]:
        start = "Ann met Bob".index(words)
        spans = [{"start": start, "end": start + len(words), "label": "P"}]
        return {"text": "Ann met Bob", "_input_hash": 5, "spans": spans, "answer": "accept", **more}

    lines = [
        task("Ann", meta={"score": 0.5}),
        task("Bob", meta={"score": 0.7}),
        task("met", answer="reject"),
        task("Bob", meta={"score": 0.1, "pattern": 2}),
        task("met", _session_id="x"),
        task("Ann", _session_id="y", versions=[task("Ann"), task("Bob")]),
    ]
    found, skipped = read("prodigy", "\n".join(map(json.dumps, lines)))
    assert [(one.annotator, list(words(one).values())) for one in found] == [
        (None, ["Ann", "Bob"]),
        ("x", ["met"]),
        ("ground truth", ["Ann"]),
    ]
    assert [mark.line for mark in found[0].marks] == [1, 2]
    assert found[0].meta == {"score": "0.5", "pattern": "2"}
    assert [one.why for one in skipped] == ["was not accepted: its answer is reject"]


def test_prodigy_asks_somebody_without_a_name_on_several_days() -> None:
    """Their sessions are called by when they began: of one span at a time, those of all days belong together."""
    task = {"text": "Ann met Bob", "_input_hash": 5, "answer": "accept", "_is_binary": True}
    lines = [
        {**task, "_session_id": session, "spans": [{"start": start, "end": start + 3, "label": "P"}]}
        for session, start in (("2023-07-25_14-50-21", 0), ("2023-07-26_09-00-00", 8), ("news-eve", 4))
    ]
    found, skipped = read("prodigy", "\n".join(map(json.dumps, lines)))
    assert [(one.annotator, list(words(one).values())) for one in found] == [
        (None, ["Ann", "Bob"]),
        ("news-eve", ["met"]),
    ]
    assert skipped == []


def test_prodigy_relations_may_name_tokens_alone() -> None:
    """A token stands for the innermost span around it or, where nothing is marked, for itself."""
    words_ = ("Ann", "Arc", "met", "Bob")
    starts = (0, 4, 8, 12)
    tokens = [
        {"text": word, "start": at, "end": at + len(word), "id": number}
        for number, (word, at) in enumerate(zip(words_, starts, strict=True))
    ]
    spans = [{"start": 0, "end": 15, "label": "S"}, {"start": 0, "end": 7, "label": "P"}]
    pairs = [(2, 1), (2, 3), (2, 9), (-1, 0)]
    relations = [{"head": head, "child": child, "label": "who"} for head, child in pairs]
    task = {"text": "Ann Arc met Bob", "tokens": tokens, "spans": spans[1:], "relations": relations}
    (found,), skipped = read("prodigy", json.dumps(task))
    marked = words(found)
    assert [(marked[link.source], marked[link.target]) for link in found.links] == [("met", "Ann Arc"), ("met", "Bob")]
    assert [one.why.partition(" has")[0] for one in skipped] == ["relation 3", "relation 4"]
    (nested,), _ = read("prodigy", json.dumps({**task, "spans": spans, "relations": relations[:2]}))
    marked = words(nested)
    assert [(marked[link.source], marked[link.target]) for link in nested.links] == [
        ("Ann Arc met Bob", "Ann Arc"),
        ("Ann Arc met Bob", "Ann Arc met Bob"),
    ]


def test_prodigy_classes_of_a_whole_text() -> None:
    """One that was asked about, or those that were chosen."""
    tasks = [{"text": "War", "label": "BAD", "answer": "accept"}, {"text": "Tea", "accept": ["A", 2], "label": None}]
    found, _skipped = read("prodigy", "\n".join(map(json.dumps, tasks)))
    assert [one.meta for one in found] == [{"class": "BAD"}, {"class": "A, 2"}]


@pytest.mark.parametrize("name", ["doccano", "prodigy", "label-studio"])
def test_fields_beside_a_text_are_kept(name: str) -> None:
    """Words, numbers and lists of them; of objects only the name, to be told. What a tool itself puts there is not."""
    task = {"speaker": "Ann", "year": 2001, "tags": ["a", "b"], "no": None, "nil": "", "none": [], "zero": 0}
    task |= {"party": {"name": "Whigs"}, "turns": [["a", 1]]}
    task |= (
        {"text": "We stay.", "data": {"text": "We stay.", **task}} if name == "label-studio" else {"text": "We stay."}
    )
    (found,), skipped = read(name, json.dumps(task | {"annotations": [{}] if name == "label-studio" else []}))
    words_ = {"speaker": "Ann", "year": "2001", "tags": "a, b", "zero": "0"}
    assert dict(found.meta) == {**words_, "party": "", "turns": ""}
    assert skipped == []
