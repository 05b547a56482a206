"""What counts as the same word: texts are split into folded words, each with its place.

Texts and queries are folded alike, so that nobody needs to type what a keyboard lacks:

- compatibility forms (NFKC: ligatures, presentation forms, full width), case, and digits of every script;
- accents and diacritics of Latin, Cyrillic, Greek, Arabic and Hebrew; ё is е, but й, ї and ў stay letters of their own;
  ø is o, ł l, ı i, æ ae, and so on;
- Arabic and Persian: all forms of alef and hamza on its seat, ى and ی as ي, ک as ك, ة as ه, final يا as يه (سوريا and
  سورية are one), tatweel and zero-width joiners;
- scripts without spaces (Chinese, Japanese, Korean, Thai, Lao, Khmer, Burmese) become pairs of neighbouring signs.

Other scripts keep their marks, which are vowels there. Along with a word, its stem (Snowball) is indexed, with the
language before it, so that words of two languages are never taken for each other. The Arabic article and particles are
cut from the words of queries only (app/searching/full_text.py), because only the words of the texts tell whether the
beginning of a word is a particle.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

# Separates a language from a stem, and the words of a whole field; it occurs in no word.
APART = "·"
LONGEST_WORD = 100
# PostgreSQL's terms have at most 2046 bytes.
MOST_WHOLE_WORDS = 5
_JOINERS = "\u0640\u200c\u200d\u200e\u200f\u00ad"
_DROPPED = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u08d3-\u08ff\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
    "\ufe00-\ufe0f\ufe20-\ufe2f" + _JOINERS + "]"
)
_LETTERS = str.maketrans(
    {"ё": "е", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ı": "i", "ß": "ss"}
    | {"ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ے": "ي", "ک": "ك", "ڪ": "ك", "ة": "ه", "ہ": "ه", "ھ": "ه", "ە": "ه"}
)
_WHOLE_LETTERS = "йїўѓќ"
_NO_SPACES = (
    "\u0e00-\u0e7f\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff\u3005\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7a3\u1100-\u11ff\u3130-\u318f\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
_MARKS = "".join(chr(code) for code in range(0x300, 0x1F000) if unicodedata.category(chr(code)).startswith("M"))
# Most signs are common letters, or stand between words; trying these first takes a ninth of the time.
_COMMON = (
    "0-9A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u0388-\u038a\u038e-\u03a1\u03a3-\u03ce"
    "\u0400-\u0481\u048a-\u052f\u0621-\u063f\u0641-\u064a\u0671-\u06d3"
)
_BETWEEN = r"\x00-/:-@\[-`{-\x7f\u060c\u061b\u061f\u2010-\u2027"
_REST = rf"(?![{_BETWEEN}])(?:(?![{_NO_SPACES}])[^\W_]|[{_MARKS}{_JOINERS}])[{_COMMON}]*"
_RUN = re.compile(rf"[{_COMMON}]+(?:{_REST})*|(?![{_BETWEEN}])(?:(?P<pairs>[{_NO_SPACES}]+)|(?:{_REST})+)")
_SPACELESS = re.compile(f"[{_NO_SPACES}]")
# A sign with the marks on it; Japanese of half width has these as signs of their own.
_SIGN = re.compile(rf".[{_MARKS}\uff9e\uff9f]*")
_PLAIN = re.compile(r"[a-z0-9]+")
_PLAIN_RUN = re.compile(r"[A-Za-z0-9]+")

# The languages that have a stemmer, with its name.
STEMMERS = {
    "ar": "arabic",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "fa": "persian",
    "fi": "finnish",
    "fr": "french",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "ne": "nepali",
    "nl": "dutch",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
}
_SCRIPTS = {
    "ARABIC": ("ar", "fa"),
    "CYRILLIC": ("ru",),
    "GREEK": ("el",),
    "DEVANAGARI": ("hi", "ne"),
    "ARMENIAN": ("hy",),
    "TAMIL": ("ta",),
}
_LATIN = tuple(sorted(set(STEMMERS) - {language for listed in _SCRIPTS.values() for language in listed}))
_SHORTEST_CUT = 3
_IN_WORDS = frozenset(_MARKS + _JOINERS)


class _Spaced(dict[int, int]):
    """A table for str.translate: the signs of words as they are, all others as spaces. A tenth of a regex's time."""

    def __missing__(self, code: int) -> int:
        self[code] = code if chr(code).isalnum() or chr(code) in _IN_WORDS else ord(" ")
        return self[code]


_spaced = _Spaced()


class Word(NamedTuple):
    """A folded word and its place, in code points, the end exclusive. A `pair` is two signs of a longer run."""

    text: str
    start: int
    end: int
    pair: bool = False


def fold(text: str) -> str:
    """TEXT, one word, as it is compared."""
    if text.isascii():
        return text.lower()
    previous = None
    while previous != text:
        previous, text = text, _folded(text)
    return text


def runs(text: str) -> Iterator[re.Match[str]]:
    """The runs of signs in TEXT that are words, or several words in a script without spaces."""
    return (_PLAIN_RUN if text.isascii() else _RUN).finditer(text)


def words(text: str) -> Iterator[Word]:
    """The words of TEXT in their order. A run in a script without spaces gives its pairs, then its last sign alone."""
    for run in _RUN.finditer(text):
        start, end = run.span()
        if run["pairs"]:
            yield from _pairs(run[0], start)
        elif (folded := _whole(run[0])) and len(folded) <= LONGEST_WORD:
            yield Word(folded, start, end)


def name_words(name: str) -> list[str]:
    """The words of NAME, without the last sign alone that `words` gives for a run in a script without spaces."""
    return [word.text for word in words(name) if not (word.pair and word.end - word.start == 1)]


def forms(word: Word, text: str, language: str | None) -> frozenset[str]:
    """The stems of a WORD of TEXT: of the folded word, and of the word as it is written, if its accents matter."""
    return frozenset() if word.pair else _forms(word.text, text[word.start : word.end], language)


@lru_cache(maxsize=20_000)
def _forms(folded: str, written: str, language: str | None) -> frozenset[str]:
    if (code := _stemmed(folded, language)) is None:
        return frozenset()
    found = {_stem(folded, code)} | (set() if written.isascii() else {_stem(written.casefold(), code)})
    return frozenset(one for one in found if one)


def indexed(text: str, language: str | None) -> list[tuple[str, tuple[str, ...]]]:
    """The words of TEXT as they are indexed, each with its stems in alphabetical order."""
    if text.isascii():
        return [_with_stems(word, word, language) for word in _PLAIN.findall(text.lower()) if len(word) <= LONGEST_WORD]
    if _SPACELESS.search(text):
        return [(word.text, tuple(sorted(forms(word, text, language)))) for word in words(text)]
    # Most words by far have occurred before, and are in the cache.
    found = [_with_stems(run, _whole(run), language) for run in text.translate(_spaced).split()]
    return [one for one in found if 0 < len(one[0]) <= LONGEST_WORD]


@lru_cache(maxsize=200_000)
def _with_stems(written: str, folded: str, language: str | None) -> tuple[str, tuple[str, ...]]:
    return folded, tuple(sorted(_forms(folded, written, language)))


def whole(words: Sequence[str]) -> str | None:
    """The term for a field of just these folded WORDS; None if there are many of them."""
    return APART + APART.join(words) if len(words) <= MOST_WHOLE_WORDS else None


def stems(word: str) -> list[str]:
    """The stems that a folded WORD has in the languages of its script."""
    languages = _SCRIPTS.get(script(word), _LATIN if script(word) == "LATIN" else ())
    return [found for language in languages if not word.isdigit() and (found := _stem(word, language))]


def without_article(word: str) -> str:
    """A folded Arabic WORD without its article, if enough of it remains."""
    return word[2:] if word.startswith("ال") and len(word) >= _SHORTEST_CUT + 2 else word


def cuts(word: str) -> list[str]:
    """What an Arabic WORD may be without particles and article; not all of these are words."""
    if script(word) != "ARABIC":
        return []
    found = {without_article(rest) for rest in _unprefixed(word)} | set(_unprefixed(word))
    return sorted(one for one in found - {word} if len(one) >= _SHORTEST_CUT)


def prefixed(word: str) -> list[str]:
    """An Arabic WORD with every particle and the article before it."""
    if script(word) != "ARABIC" or len(word) < _SHORTEST_CUT:
        return []
    particles = ["", *"بلك"]
    return [
        lead + joined
        for lead in ("", "و", "ف")
        for joined in (
            *(particle + word for particle in particles),
            "ال" + word,
            "بال" + word,
            "كال" + word,
            "لل" + word,
        )
        if lead + joined != word
    ]


def _stemmed(word: str, language: str | None) -> str | None:
    """The language whose stemmer a folded WORD of LANGUAGE gets, if there is one."""
    code = (language or "").partition("-")[0]
    code = "no" if code in ("nb", "nn") else code
    return None if code not in STEMMERS or word.isdigit() or script(word) != _script_of(code) else code


@lru_cache(maxsize=100_000)
def _stem(word: str, language: str) -> str | None:
    # Imported on first use: it loads all its languages at once, and only searching and writing need them.
    import snowballstemmer  # noqa: PLC0415

    base = without_article(word) if language == "ar" else word
    found = fold(str(snowballstemmer.stemmer(STEMMERS[language]).stemWord(base)))
    # The Arabic stemmer takes the first letter of many names for a particle; such a stem is dropped.
    kept = found and (language != "ar" or fold(base).startswith(found))
    return f"{language}{APART}{found}" if kept else None


def _folded(text: str) -> str:
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    bare = "".join(sign if sign in _WHOLE_LETTERS else _bare(sign) for sign in text)
    folded = unicodedata.normalize("NFC", bare).translate(_LETTERS)
    folded = "".join(str(unicodedata.decimal(sign, sign)) for sign in folded)
    return folded[:-2] + "يه" if folded.endswith("يا") and len(folded) > _SHORTEST_CUT else folded


def _bare(sign: str) -> str:
    return sign if sign.isascii() else _DROPPED.sub("", unicodedata.normalize("NFD", sign))


@lru_cache(maxsize=200_000)
def _whole(run: str) -> str:
    """A run of signs as one folded word, without what folding has turned into something other than letters."""
    folded = fold(run)
    if _PLAIN.fullmatch(folded):
        return folded
    return "".join(sign for sign in folded if unicodedata.category(sign)[0] in "LNM")


def _pairs(run: str, start: int) -> Iterator[Word]:
    found = (sign for sign in _SIGN.finditer(run))
    signs = [(folded, start + sign.start(), start + sign.end()) for sign in found for folded in _whole(sign[0])]
    for (one, first, _), (other, _, last) in pairwise(signs):
        yield Word(one + other, first, last, pair=True)
    if signs:
        yield Word(*signs[-1], pair=True)


def _unprefixed(word: str) -> list[str]:
    """WORD, and what remains of it without و or ف, and then without ب, ل or ك; لل stands for ل and the article."""
    leads = [word, word[1:]] if word[:1] in ("و", "ف") else [word]
    found = list(leads)
    for lead in leads:
        if lead.startswith("لل"):
            found.append(lead[2:])
        elif lead[:1] in ("ب", "ل", "ك"):
            found.append(lead[1:])
    return found


@lru_cache(maxsize=10_000)
def script(word: str) -> str:
    """The script that WORD begins in, as Unicode names it."""
    return "LATIN" if word[:1].isascii() else unicodedata.name(word[0], "").partition(" ")[0]


def _script_of(language: str) -> str:
    return next((script for script, listed in _SCRIPTS.items() if language in listed), "LATIN")
