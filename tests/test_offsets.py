"""Where words stand in a text: found, told apart, counted in code points."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.loading.offsets import CONTEXT, Ambiguous, NotFound, Selector, locate, select

TALKS = "Talks began. Talks ended. Talks began again."
# Astral letters, combining marks, joiners, both directions: whatever makes other units than code points differ.
TRICKY = "ab \n😀👩‍🚀𝔘é\u0301\u0651\u200f\u200dةسوريا\u0640كيǅß\ufe0f"
TEXTS = st.text(st.sampled_from(TRICKY) | st.characters(codec="utf-8"), min_size=1, max_size=60)
REPEATED = st.text("aب😀", min_size=1, max_size=24)


@st.composite
def _cut(draw: st.DrawFn, texts: st.SearchStrategy[str] = TEXTS) -> tuple[str, int, int]:
    """A text, and where some words of it start and end."""
    text = draw(texts)
    start = draw(st.integers(0, len(text) - 1))
    return text, start, draw(st.integers(start + 1, len(text)))


def _starts(text: str, words: str) -> list[int]:
    return [at for at in range(len(text)) if text.startswith(words, at)]


def test_words_that_stand_once_are_found() -> None:
    """Offsets are those of the text, the end exclusive, with what stands around."""
    found = locate(TALKS, "ended")
    assert found == Selector("ended", "Talks began. Talks ", ". Talks began again.", 19, 24)


def test_context_is_short() -> None:
    """A prefix and a suffix have at most 32 code points."""
    found = locate("😀" * 100 + "x" + "س" * 100, "x")
    assert (found.prefix, found.suffix) == ("😀" * 32, "س" * 32)
    assert CONTEXT == 32


def test_the_whole_text_has_no_context() -> None:
    """Words that are all of the text have nothing around them."""
    assert locate("كيري", "كيري") == Selector("كيري", "", "", 0, 4)


@pytest.mark.parametrize("exact", ["Talks  began", "talks", "TALKS", "Talks began.\n", "paused", TALKS + " "])
def test_words_that_differ_at_all_are_not_found(exact: str) -> None:
    """Character for character: case, blanks and line ends count."""
    with pytest.raises(NotFound, match=r"^these words are not in the text$"):
        locate(TALKS, exact)


def test_composed_and_decomposed_letters_differ() -> None:
    """No normal form is applied: an offset means the text as it stands."""
    with pytest.raises(NotFound):
        locate("caf\u00e9", "cafe\u0301")
    assert locate("cafe\u0301!", "cafe\u0301").end == 5


def test_words_that_stand_twice_are_ambiguous() -> None:
    """Which of several is meant must be said; the message says how many there are and how to tell them apart."""
    with pytest.raises(Ambiguous) as refused:
        locate(TALKS, "Talks")
    assert str(refused.value) == "these words are in the text 3 times; add a prefix, a suffix or an occurrence"


@pytest.mark.parametrize(
    ("prefix", "suffix", "start"),
    [("", " ended", 13), ("began. ", "", 13), ("ended. ", "", 26), ("", " began again", 26), (". ", " ended", 13)],
)
def test_a_neighbour_tells_words_apart(prefix: str, suffix: str, start: int) -> None:
    """The words, not their neighbours, are what is found."""
    found = locate(TALKS, "Talks", prefix, suffix)
    assert (found.start, found.end, found.exact) == (start, start + 5, "Talks")


def test_neighbours_that_stand_elsewhere_are_not_found() -> None:
    """A prefix or suffix that does not touch the words is a fault of its own."""
    with pytest.raises(NotFound, match=r"^these words, between this prefix and suffix, are not in the text$"):
        locate(TALKS, "Talks", prefix="again. ")


def test_a_neighbour_may_still_be_ambiguous() -> None:
    """A neighbour that all have tells nothing."""
    with pytest.raises(Ambiguous, match=r"^these words are in the text 2 times;"):
        locate(TALKS, "Talks", suffix=" began")


@pytest.mark.parametrize(("occurrence", "start"), [(1, 0), (2, 13), (3, 26)])
def test_an_ordinal_tells_words_apart(occurrence: int, start: int) -> None:
    """Occurrences count from 1, in the order of the text."""
    assert locate(TALKS, "Talks", occurrence=occurrence).start == start


def test_an_ordinal_counts_among_those_with_the_neighbours() -> None:
    """With a suffix, the second is the second that has it."""
    assert locate(TALKS, "Talks", suffix=" began", occurrence=2).start == 26


def test_an_ordinal_past_the_last_is_not_found() -> None:
    """The message says how many there are."""
    with pytest.raises(NotFound, match=r"^the text has these words 3 times, not 4$"):
        locate(TALKS, "Talks", occurrence=4)


def test_overlapping_words_count_each() -> None:
    """`aaa` stands twice in `aaaa`."""
    with pytest.raises(Ambiguous, match=r"^these words are in the text 2 times"):
        locate("aaaa", "aaa")
    assert [locate("aaaa", "aaa", occurrence=number).start for number in (1, 2)] == [0, 1]


def test_offsets_count_code_points() -> None:
    """An astral letter is one and a combining mark is one: not UTF-16 units, not bytes, not what a reader sees."""
    found = locate("😀 e\u0301 كَتَب", "كَتَب")
    assert (found.start, found.end) == (5, 10)


@given(_cut())
def test_the_text_between_the_offsets_is_the_words(cut: tuple[str, int, int]) -> None:
    """Any cut of any text, given with all that surrounds it, is found where it was cut."""
    text, start, end = cut
    found = locate(text, text[start:end], text[:start], text[end:])
    assert (found.start, found.end) == (start, end)
    assert text[found.start : found.end] == found.exact == text[start:end]
    assert text[max(0, start - len(found.prefix)) : start] == found.prefix
    assert text[end : end + len(found.suffix)] == found.suffix


@given(_cut(REPEATED))
def test_occurrences_are_all_places_of_the_words(cut: tuple[str, int, int]) -> None:
    """The ordinals run through every place where the words stand, overlapping or not, and no further."""
    text, start, end = cut
    words = text[start:end]
    starts = _starts(text, words)
    assert [locate(text, words, occurrence=number).start for number in range(1, len(starts) + 1)] == starts
    with pytest.raises(NotFound):
        locate(text, words, occurrence=len(starts) + 1)
    if len(starts) > 1:
        with pytest.raises(Ambiguous):
            locate(text, words)
    else:
        assert locate(text, words) == select(text, start, end)


@given(TEXTS, TEXTS)
def test_words_are_found_exactly_if_they_stand_there(text: str, words: str) -> None:
    """Nothing is found that does not stand there, and nothing that does is missed."""
    starts = _starts(text, words)
    try:
        found = locate(text, words)
    except NotFound:
        assert not starts
    except Ambiguous:
        assert len(starts) > 1
    else:
        assert [found.start] == starts


@given(_cut())
def test_the_context_tells_where_the_words_stand(cut: tuple[str, int, int]) -> None:
    """A selector is what stands there, found again by itself unless prefix and suffix recur too."""
    text, start, end = cut
    found = select(text, start, end)
    whole = found.prefix + found.exact + found.suffix
    if len(_starts(text, whole)) == 1:
        assert locate(text, found.exact, found.prefix, found.suffix) == found


def test_words_that_stand_everywhere_are_not_counted_out() -> None:
    """Of a million places the first thousand are enough to say that they are too many; a later one can be asked for."""
    text, words = "a" * 1_000_000, "a" * 1000
    with pytest.raises(Ambiguous, match="in the text 1000 times or more"):
        locate(text, words)
    assert locate(text, words, occurrence=1500).start == 1499
    with pytest.raises(NotFound, match="has these words 1 times, not 2"):
        locate(text[:1000], words, occurrence=2)
