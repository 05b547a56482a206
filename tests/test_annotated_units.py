"""In which unit a file counts, and how that is told."""

import json
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.importing.annotated_text.shape import AnnotatedText, Mark
from app.importing.annotated_text.units import UNITS, settled
from tests.texts import brat, read, words


@pytest.mark.parametrize(
    ("start", "end", "remark"),
    [(3, 6, ()), (4, 7, ("offsets count UTF-16 units",)), (6, 9, ("offsets count bytes",))],
)
def test_the_unit_is_told_by_the_words(start: int, end: int, remark: tuple[str, ...]) -> None:
    """Code points, UTF-16 units and bytes are told apart by what stands there."""
    (found,), skipped = brat("😀! Ann, Bob", f"T1\tP {start} {end}\tAnn")
    assert (words(found), skipped, found.remarks) == ({"T1": "Ann"}, [], remark)


def test_the_unit_is_told_by_the_edges_of_words() -> None:
    """Where a file does not say the words, the unit fits in which marks begin and end at edges of words."""
    task = {"text": "😀 Anna met Bob", "label": [[3, 7, "P"], [12, 15, "P"]]}
    (found,), _skipped = read("doccano", json.dumps(task))
    assert sorted(words(found).values()) == ["Anna", "Bob"]
    assert found.remarks == ("offsets count UTF-16 units",)


@pytest.mark.parametrize(("name", "key"), [("doccano", "entities"), ("prodigy", "spans")])
@pytest.mark.parametrize("codec", ["utf-32-le", "utf-16-le"])
def test_texts_of_a_file_tell_the_unit_together(name: str, key: str, codec: str) -> None:
    """Where a script does not part words, a single text may fit another unit by chance."""
    people = ("王毅", "拉夫罗夫", "布林肯")
    wide = len("a".encode(codec))
    tasks: list[dict[str, object]] = []
    for start, one, between, other, end in product(
        ("😀今天", "据报道，", "😀😀"), people, ("与", "会见"), people, ("。", "讲话😀")
    ):
        text = f"{start}{one}{between}{other}{end}"
        places = [len(text[:at].encode(codec)) // wide for at in (len(start), len(start + one + between))]
        spans = [
            {"start": at, "end": at + len(who), "label": who} for at, who in zip(places, (one, other), strict=True)
        ]
        tasks.append({"text": text, key: spans})
    found, skipped = read(name, "\n".join(map(json.dumps, tasks)))
    assert {(mark.label, text) for one in found for mark in one.marks for text in [words(one)[mark.id]]} == {
        (who, who) for who in people
    }
    assert ({remark for one in found for remark in one.remarks}, skipped) == (
        {"offsets count UTF-16 units"} if codec == "utf-16-le" else set(),
        [],
    )


@pytest.mark.parametrize(("shift", "told"), [(0, False), (1, True), (-1, True), (2, True)])
@pytest.mark.parametrize("text", ["On 4 May Anna met Bob in Rome.", "安娜" * 15])
def test_offsets_of_another_text_are_told(text: str, shift: int, told: bool) -> None:
    """No words say so, but most marks are inside of words then; some scripts do not part these."""
    spans = [[start + shift, end + shift, "P"] for start, end in ((5, 8), (9, 13), (18, 21), (22, 24))]
    (found,), _skipped = read("doccano", json.dumps({"text": text, "label": spans}))
    assert any("inside words" in remark for remark in found.remarks) is (told and " " in text)


TEXTS = st.text(st.sampled_from("ab .é𝄞😀ض\n"), min_size=1, max_size=40)


@given(text=TEXTS, data=st.data(), unit=st.sampled_from(UNITS))
def test_offsets_of_any_unit_come_back_to_their_words(text: str, data: st.DataObject, unit: str) -> None:
    """Whatever a file counts in, a mark ends on its own words, without the blanks around them, or covers none."""
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    codec, width = {"code points": ("utf-32-le", 4), "UTF-16 units": ("utf-16-le", 2), "bytes": ("utf-8", 1)}[unit]
    counted, till = (len(text[:place].encode(codec)) // width for place in (start, end))
    mark = Mark("1", "P", ((counted, till),), text[start:end])
    found = list(settled(AnnotatedText("f", 1, "n", text, (mark,)), "code points"))
    placed = [one for read in found if isinstance(read, AnnotatedText) for one in read.marks]
    wanted = text[start:end].strip()
    if placed:
        assert " ".join(text[slice(*placed[0].parts[0])].split()) == " ".join(wanted.split())
    else:
        assert wanted == ""
