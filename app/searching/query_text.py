"""The grammar of `q`: what a person types becomes words and phrases, and never reaches a database as it was typed.

    words           all of them must occur, in whatever order
    "two words"     a phrase: these words next to each other, in this order
    word*           any word that begins like this
    a OR b          one of them is enough; OR binds more closely than the space
    -word           must not occur

Any other sign only separates words. Words that are written together (`multi-agent`, `it's`) are looked for as a phrase.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from app.asking.values import refusal
from app.folding import Word, words

MOST_CHARACTERS = 1000
MOST_WORDS = 32
SHORTEST_PREFIX = 2
_QUOTES = str.maketrans(dict.fromkeys("“”„«»‟\uff02", '"'))
_PART = re.compile(r'(?P<minus>-?)"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+)')


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing to look for: neighbouring words. If it is `loose`, a single word not in quotes, its forms count too."""

    words: tuple[Word, ...]
    prefix: bool = False
    loose: bool = True


@dataclass(frozen=True, slots=True)
class Query:
    """Of each group of `wanted` one unit must occur, of `unwanted` none may."""

    text: str
    wanted: tuple[tuple[Unit, ...], ...]
    unwanted: tuple[Unit, ...] = ()
    # What the texts of a database make of it (app/searching/full_text.py); no part of what was asked.
    resolved: Any = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class _Part:
    unit: Unit | None
    unwanted: bool = False
    alternative: bool = False


def parse(text: str) -> Query:
    """TEXT as a query. Raises a `refusal` that says to a person what is wrong."""
    if len(text) > MOST_CHARACTERS:
        raise refusal(f"has {len(text)} characters, and takes at most {MOST_CHARACTERS}")
    plain = text.translate(_QUOTES)
    if plain.count('"') % 2:
        raise refusal('has a quotation mark without its partner; a phrase stands in two: "two words"')
    parts = [part for part in _parts(plain) if part.unit or part.alternative]
    number = sum(len(part.unit.words) for part in parts if part.unit)
    if number > MOST_WORDS:
        raise refusal(f"has {number} words, and takes at most {MOST_WORDS}")
    unwanted = tuple(part.unit for part in parts if part.unit and part.unwanted)
    wanted = tuple(_groups(parts))
    if not wanted:
        raise refusal(
            "only leaves out; it needs a word that must occur" if unwanted else "has no letter or digit to look for"
        )
    return Query(text, wanted, unwanted)


def _parts(text: str) -> Iterator[_Part]:
    for part in _PART.finditer(text):
        if part["word"] is None:
            found = _words(part["phrase"], part.start("phrase"))
            yield _Part(Unit(found, loose=False) if found else None, unwanted=bool(part["minus"]))
        elif part["word"] == "OR":
            yield _Part(None, alternative=True)
        else:
            chunk = part["word"].lstrip("-")
            yield _Part(_unit(chunk, part.end() - len(chunk)), unwanted=len(chunk) < len(part["word"]))


def _unit(chunk: str, start: int) -> Unit | None:
    """CHUNK, which stands at START, as a unit; None if it has no word."""
    found = _words(chunk, start)
    if not found:
        return None
    prefix = chunk.endswith("*") and len(chunk.rstrip("*")) == found[-1].end - start
    if prefix and not found[-1].pair and len(found[-1].text) < SHORTEST_PREFIX:
        raise refusal(f"looks for words that begin with {found[-1].text!r}; give at least {SHORTEST_PREFIX} letters")
    return Unit(found, prefix=prefix)


def _words(text: str, start: int) -> tuple[Word, ...]:
    """The words of TEXT, which stands at START."""
    return tuple(word._replace(start=start + word.start, end=start + word.end) for word in words(text))


def _groups(parts: list[_Part]) -> Iterator[tuple[Unit, ...]]:
    group: list[Unit] = []
    joining = False
    for number, part in enumerate(parts):
        if part.alternative:
            _check_alternative(parts[number - 1] if number else None, parts[number + 1 : number + 2])
            joining = True
        elif part.unit and not part.unwanted:
            if group and not joining:
                yield tuple(group)
                group = []
            group.append(part.unit)
            joining = False
    if group:
        yield tuple(group)


def _check_alternative(before: _Part | None, after: list[_Part]) -> None:
    for side in (before, after[0] if after else None):
        if side is None or side.unit is None or side.unwanted:
            raise refusal("has an OR that does not stand between two words; to look for that word, write it small: or")


FullText = Annotated[
    Any,
    BeforeValidator(parse),
    PlainSerializer(lambda query: query.text if isinstance(query, Query) else query),
    WithJsonSchema({"type": "string", "maxLength": MOST_CHARACTERS}),
]
