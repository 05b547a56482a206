"""What comes of Label Studio: tasks in its three forms, pages, dialogues, and what is left out of them."""

import json

import pytest

from tests.texts import read, words


def test_label_studio_in_the_small_form() -> None:
    """JSON-MIN has a flat list of labels, and its annotator beside it; lists of anything else are no labels."""
    labels = [{"start": 0, "end": 3, "text": "Ann", "labels": ["P", "Q"]}]
    task = {"id": 3, "text": "Ann met", "label": labels, "annotator": 7, "tokens": [{"start": 4, "end": 7}]}
    (found,), skipped = read("label-studio", json.dumps([task]))
    assert [(mark.label, mark.parts) for mark in found.marks] == [("P", ((0, 3),)), ("Q", ((0, 3),))]
    assert (found.name, found.annotator, found.meta, skipped) == ("a-3", "7", {"id": "3", "tokens": ""}, [])


@pytest.mark.parametrize(("ending", "sign"), [("csv", ","), ("tsv", "\t")])
def test_label_studio_in_a_table(ending: str, sign: str) -> None:
    """Cells have the lists of JSON-MIN; texts may have lines."""
    labels = '"[{""start"": 5, ""end"": 8, ""text"": ""Ann"", ""labels"": [""P""]}]"'
    rows = [["annotator", "id", "text", "label"], ["7", "3", '"Yes.\nAnn met"', labels], ["7", "4", "", ""]]
    rows += [["7", "5", '"[x"', ""], ["8", "6"]]
    (found, other), skipped = read("label-studio", "\n".join(map(sign.join, rows)), f"a.{ending}")
    assert [(mark.label, mark.parts) for mark in found.marks] == [("P", ((5, 8),))]
    assert (found.name, found.line, found.annotator, found.text) == ("a-3", 2, "7", "Yes.\nAnn met")
    assert (other.line, other.text) == (5, "[x")
    assert [(one.line, one.why.partition(":")[0]) for one in skipped] == [(4, "has no text"), (6, "has no text")]


def test_label_studio_keeps_what_was_chosen_for_a_region() -> None:
    """Results that have a region's id are attributes of it, those of no region class the text."""
    value = {"start": 4, "end": 7, "text": "met"}
    results = [
        {
            "id": "r",
            "type": "labels",
            "from_name": "label",
            "value": {**value, "labels": ["Event"]},
            "meta": {"text": ["a note"]},
        },
        {"id": "r", "type": "choices", "from_name": "kind", "value": {**value, "choices": ["visit"]}},
        {"id": "r", "type": "textarea", "from_name": "why", "value": {**value, "text": ["he came"]}},
        {"id": "s", "type": "choices", "from_name": "tone", "value": {"choices": ["calm"]}},
    ]
    (found,), skipped = read(
        "label-studio", json.dumps([{"data": {"text": "Ann met"}, "annotations": [{"result": results}]}])
    )
    assert [dict(mark.attributes) for mark in found.marks] == [{"text": "a note", "kind": "visit", "why": "he came"}]
    assert (found.meta, skipped) == ({"class": "calm"}, [])


def test_label_studio_keeps_every_kind_of_answer() -> None:
    """Answers from a taxonomy are paths in it; what is said of no region is said of the text."""
    value = {"start": 4, "end": 7, "text": "met"}
    results = [{"id": "r", "type": "labels", "from_name": "label", "value": {**value, "labels": ["Event"]}}]
    answers: dict[str, object] = {
        "taxonomy": [["Conflict", "Attack"], ["Other"]],
        "number": 0,
        "rating": 4,
        "datetime": "1998-09-04",
    }
    for key, more in (("r", value), ("s", {})):
        results += [
            {"id": key, "type": kind, "from_name": f"{key}-{kind}", "value": {**more, kind: answer}}
            for kind, answer in answers.items()
        ]
    results.append({"id": "t", "type": "textarea", "from_name": "summary", "value": {"text": ["One.", "Two."]}})
    tasks = [{"data": {"text": "Ann met"}, "annotations": [{"result": results}]}]
    (found,), skipped = read("label-studio", json.dumps(tasks))
    told = {"taxonomy": "Conflict/Attack, Other", "number": "0", "rating": "4", "datetime": "1998-09-04"}
    assert [dict(mark.attributes) for mark in found.marks] == [{f"r-{kind}": said for kind, said in told.items()}]
    of_text = {"class": told.pop("taxonomy"), **{f"s-{kind}": said for kind, said in told.items()}}
    assert (found.meta, skipped) == ({**of_text, "summary": "One., Two."}, [])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("😀 “We will\n\nnot yield”", "“We will\\n\\nnot yield”"),
        ("😀 “We\r\nwill”", "“We\\nwill”"),
        ("😀 “C:\\news”", "“C:\\news”"),
    ],
)
def test_label_studio_writes_line_breaks_as_two_signs(text: str, words: str) -> None:
    """Its region is kept, and so is what has these two signs itself."""
    value = {"start": 3, "end": len(text) + 1, "text": words, "labels": ["Quote"]}
    tasks = [{"data": {"text": text}, "annotations": [{"result": [{"type": "labels", "value": value}]}]}]
    (found,), skipped = read("label-studio", json.dumps(tasks))
    assert [mark.parts for mark in found.marks] == [((2, len(text)),)]
    assert skipped == []


@pytest.mark.parametrize("small", [True, False])
def test_label_studio_lets_a_project_name_the_text(small: bool) -> None:
    """It is the field in which the marked words stand."""
    value = {"start": 0, "end": 3, "text": "Ann", "labels": ["P"]}
    data = {"url": "http://x.y/", "review": "Ann met"}
    full = {"data": data, "annotations": [{"result": [{"type": "labels", "value": value}]}]}
    (found,), skipped = read("label-studio", json.dumps([{**data, "label": [value]} if small else full]))
    assert (found.text, words(found), skipped) == ("Ann met", {"0": "Ann"}, [])
    assert found.meta == {"url": "http://x.y/"}


def test_label_studio_finds_a_text_that_is_only_classed() -> None:
    """If there is one field that can be it."""
    result = [{"type": "choices", "value": {"choices": ["calm"]}}]
    tasks = [
        {"data": {"article": "Ann met Bob", "url": "http://x.y/"}, "annotations": [{"result": result}]},
        {"data": {"article": "Ann met Bob", "title": "They met"}, "annotations": [{"result": result}]},
    ]
    (found,), skipped = read("label-studio", json.dumps(tasks))
    assert (found.text, found.meta) == ("Ann met Bob", {"url": "http://x.y/", "class": "calm"})
    assert [one.why.partition(":")[0] for one in skipped] == ["has no text"]


def test_label_studio_shows_several_texts() -> None:
    """The one that has most of the marks is read, with what is marked in it; what is in another is told."""
    data = {"text": "Ann meets Bob today", "body": "Ann met Bob."}

    def marked(field: str, exact: str) -> dict[str, object]:
        start = data[field].index(exact)
        value = {"start": start, "end": start + len(exact), "text": exact, "labels": ["P"]}
        return {"id": f"{field}-{exact}", "type": "labels", "to_name": field, "value": value}

    results = [marked("text", "Bob"), marked("body", "Ann"), marked("body", "Bob")]
    (found,), skipped = read("label-studio", json.dumps([{"data": data, "annotations": [{"result": results}]}]))
    assert (found.text, found.meta) == ("Ann met Bob.", {"text": "Ann meets Bob today"})
    assert words(found) == {"body-Ann": "Ann", "body-Bob": "Bob"}
    assert [one.why for one in skipped] == ["marks words of another text (text)"]


def test_label_studio_counts_within_turns() -> None:
    """In the units of a browser, from where each turn begins."""
    turns = [{"author": "Ann", "text": "No 😀 way,\nsaid Bob"}, {"author": "Bob", "text": "Yes"}]
    value = {"start": "0", "end": "0", "startOffset": 3, "endOffset": 15, "text": "😀 way,\\nsaid"}
    result = {"id": "r", "type": "paragraphlabels", "value": {**value, "paragraphlabels": ["X"]}}
    (found,), skipped = read(
        "label-studio", json.dumps([{"data": {"d": turns}, "annotations": [{"result": [result]}]}])
    )
    assert words(found) == {
        "utterance-0": "No 😀 way,\nsaid Bob",
        "speaker-0": "Ann",
        "utterance-1": "Yes",
        "speaker-1": "Bob",
        "r": "😀 way,\nsaid",
    }
    assert skipped == []


@pytest.mark.parametrize("small", [True, False])
def test_label_studio_reads_pages_without_their_tags(small: bool) -> None:
    """Offsets count what stands between tags, a `<br>` as one sign; without any, the words tell."""
    html = "<script>y</script><title>T</title><p>Ann &amp; Bob<br>met <b>C</b>y.</p><script>x</script><p>Bob left.</p>"
    counted = {"a": (0, 3, "Ann"), "c": (14, 16, "Cy"), "b": (17, 20, "Bob"), "l": None, "z": None}
    values = [
        {"start": "/div[1]/p[1]/text()[1]", "end": "/div[1]/p[1]/text()[1]", "startOffset": 0, "endOffset": 3}
        | (
            {"globalOffsets": {"start": at[0], "end": at[1]}, "text": at[2]}
            if at
            else {"text": {"l": "left", "z": "Zoe"}[key]}
        )
        | {"hypertextlabels": [key]}
        for key, at in counted.items()
    ]
    results = [{"id": str(place), "type": "hypertextlabels", "value": one} for place, one in enumerate(values)]
    full = {"data": {"page": html}, "annotations": [{"result": results}]}
    (found,), skipped = read("label-studio", json.dumps([{"page": html, "label": values} if small else full]))
    assert found.text == "Ann & Bob\nmet Cy.\nBob left.\n"
    assert words(found) == {"0": "Ann", "1": "Cy", "2": "Bob", "3": "left"}
    assert [one.why for one in skipped] == ["the words of the mark 4 (z) are not in the text, or more than once"]


def test_label_studio_reads_a_page_on_which_nothing_is_marked() -> None:
    """Its tags are no text either."""
    (found,), _ = read("label-studio", json.dumps([{"data": {"text": "<p>Ann met Bob.</p>"}, "annotations": [{}]}]))
    assert found.text == "Ann met Bob.\n"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a<![foo[x]]>b<![endif]>c</p>", "abc\n"),
        ("<p>" + 100_000 * "<a " + ">b</p>", "b\n"),
        ("<p></p>", None),
    ],
)
def test_pages_may_be_broken(html: str, text: str | None) -> None:
    """They are read as browsers read them, in a time that grows with their length."""
    found, skipped = read("label-studio", json.dumps([{"data": {"text": html}, "annotations": [{}]}]))
    assert [one.text for one in found] == ([text] if text else [])
    assert [one.why.partition(":")[0] for one in skipped] == ([] if text else ["has no text"])


def test_label_studio_reads_dialogues() -> None:
    """Who speaks stands before the words and is linked to them; regions are in a turn, or go on into others."""
    turns = [{"author": "Ann:", "text": "Will you yield?"}, {"author": "Bob", "text": "No."}, {"text": "Silence."}]
    region = {
        "start": "0",
        "end": "1",
        "startOffset": 9,
        "endOffset": 2,
        "text": "yield?\nBob: No",
        "paragraphlabels": ["X"],
    }
    results = [
        {"id": "r", "type": "paragraphlabels", "value": region},
        {"id": "s", "type": "paragraphlabels", "value": {**region, "end": "7", "text": "gone"}},
    ]
    task = {"data": {"url": "http://x.y/", "talk": turns}, "annotations": [{"result": results}]}
    (found,), skipped = read("label-studio", json.dumps([task]))
    assert found.text == "Ann: Will you yield?\nBob: No.\nSilence.\n"
    assert words(found) == {
        "utterance-0": "Will you yield?",
        "speaker-0": "Ann",
        "utterance-1": "No.",
        "speaker-1": "Bob",
        "utterance-2": "Silence.",
        "r": "yield?\nBob: No",
    }
    assert [(link.type, link.source, link.target) for link in found.links] == [
        ("speaker", "utterance-0", "speaker-0"),
        ("speaker", "utterance-1", "speaker-1"),
    ]
    assert [one.why for one in skipped] == ["the words of the mark s (X) are not in the text, or more than once"]


def test_label_studio_tells_what_it_leaves_out() -> None:
    """Predictions, cancelled annotations, other media and other kinds of results are skipped with a reason."""
    tasks = [
        {"id": 1, "data": {"text": "Ann"}, "predictions": [{}], "annotations": [{"was_cancelled": True}]},
        {"id": 2, "data": {"text": "https://x.y/a.txt"}},
        {
            "id": 3,
            "data": {"text": "Ann"},
            "annotations": [{"result": [{"type": "rectangle", "value": {}}], "ground_truth": True}],
        },
    ]
    (found,), skipped = read("label-studio", json.dumps(tasks))
    assert found.annotator == "ground truth"
    assert [one.why.partition(":")[0] for one in skipped] == [
        "1 predictions, which nobody made, are left out",
        "an annotation was cancelled",
        "has no text",
        "a result of type rectangle marks no words of a text",
    ]
