"""Names as they sound: in Latin letters, whatever their script, and as a skeleton of consonants.

Lavrov, Lavrof, Лавров and لافروف have one skeleton; so have Zakharova and Zaharova, Kerry, Kiri and كيري.
"""

import re
from functools import lru_cache

from anyascii import anyascii

from app.folding import script

# Letters that write one sound together. Few agree on kh, zh and sh.
_TOGETHER = (
    ("tsch", "c"),
    ("shch", "s"),
    ("dzh", "j"),
    ("tch", "c"),
    ("sch", "s"),
    ("kh", "h"),
    ("gh", "g"),
    ("zh", "z"),
    ("sh", "s"),
    ("ch", "c"),
    ("ph", "f"),
    ("th", "t"),
    ("dh", "d"),
    ("ck", "k"),
    ("ou", "u"),
    ("x", "ks"),
    ("q", "k"),
)
_ALIKE = str.maketrans("vwpjcyz", "ffbgkis")
_NOT_LETTERS = re.compile(r"[^a-z0-9]")
_VOWELS = re.compile(r"[aeiou]")
_TWICE = re.compile(r"(.)\1+")


@lru_cache(maxsize=50_000)
def latin(word: str) -> str:
    """WORD, already folded, in plain Latin letters: spellings that differ only in script come close."""
    found = _NOT_LETTERS.sub("", anyascii(word).lower())
    if script(word) == "ARABIC":
        # و is mostly a vowel, but not at the beginning of a word.
        found = found[:1] + found[1:].replace("w", "u")
    for signs, sound in _TOGETHER:
        found = found.replace(signs, sound)
    return _TWICE.sub(r"\1", found.replace("y", "i"))


@lru_cache(maxsize=50_000)
def sound(word: str) -> str:
    """The consonants of WORD, already folded. Those that sound alike are one, and a first vowel becomes `a`."""
    found = latin(word).translate(_ALIKE)
    rest = _VOWELS.sub("", found[1:])
    first = "a" if found[:1] in ("a", "e", "i", "o", "u") else found[:1]
    return _TWICE.sub(r"\1", first + rest)
