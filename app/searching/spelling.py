"""What a query that finds nothing may have meant: the same query with words of the texts for unknown ones."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from pydantic_core import PydanticCustomError
from sqlalchemy import Connection, select

from app.dialects.keys import among
from app.folding import Word
from app.models import SearchTerm
from app.searching.full_text import resolve
from app.searching.likeness import terms_like
from app.searching.query_text import Query, parse

# How many queries are tried before nothing is suggested.
MOST_TRIES = 12


def nearest_query(db: Connection, asked: Query, finds: Callable[[Query], Any]) -> str | None:
    """The text nearest to ASKED that finds something. FINDS makes the SQL query for one that is resolved."""
    for text in islice(_variants(db, asked), MOST_TRIES):
        try:
            query = parse(text)
        except PydanticCustomError:
            # With a longer word, the whole may be too long.
            continue
        if db.execute(finds(resolve(db, query, [])).limit(1)).first() is not None:
            return text
    return None


def _variants(db: Connection, query: Query) -> Iterator[str]:
    """The text of QUERY with words replaced: first all unknown ones at once, then single words."""
    words = [word for group in query.wanted for unit in group for word in unit.words if not word.pair]
    texts = [word.text for word in words]
    known = set(db.scalars(select(SearchTerm.term).where(among(SearchTerm.term, texts))))
    strange = [word for word in words if word.text not in known]
    likely = {word: terms_like(db, word.text) for word in strange or words}
    if strange:
        for number in range(max(map(len, likely.values()))):
            yield _replaced(
                query.text, {word: near[min(number, len(near) - 1)] for word, near in likely.items() if near}
            )
    for word, near in likely.items():
        for term in near:
            yield _replaced(query.text, {word: term})


def _replaced(text: str, terms: dict[Word, str]) -> str:
    for word in sorted(terms, key=lambda word: -word.start):
        text = text[: word.start] + terms[word] + text[word.end :]
    return text
