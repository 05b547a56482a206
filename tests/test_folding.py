"""Words as an index has them: the quick way gives what the plain way does."""

from hypothesis import example, given
from hypothesis import strategies as st

from app.folding import forms, indexed, words

SIGNS = st.characters(min_codepoint=0x20, max_codepoint=0x2FFFF, exclude_categories=["Cs", "Cn"])
SOME = st.sampled_from("aZ9 _-'éßİ·²½ёйأىةًﷲ\u0300\u200d\u0640नमस्ते")
TEXTS = st.lists(st.text(SOME | SIGNS, max_size=12) | st.text(SOME, max_size=12)).map(" ".join)


@given(TEXTS, st.sampled_from([None, "en", "ar", "ru", "hi", "fr-CA", "xx"]))
@example("é" * 100 + " " + "é" * 101, "fr")
@example("外務省 ministère ญี่ปุ่น", "fr")
def test_an_index_has_the_words_with_their_forms(text: str, language: str | None) -> None:
    """Whatever the script, and whether it has spaces."""
    plain = [(word.text, tuple(sorted(forms(word, text, language)))) for word in words(text)]
    assert indexed(text, language) == plain
