"""Which texts of a record are searched, and where they stand in the record as it is served."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from app.models import Actor, Article, Event, Statement

Json = dict[str, Any]
MOST_CHARACTERS = 200_000


class Field(NamedTuple):
    """A text of a record: its dotted path, its language if known, and whether it names the record."""

    path: str
    text: str
    language: str | None
    title: bool = False


def fields_of(kind: str, record: Json) -> Iterator[Field]:
    """The texts of RECORD, of KIND and with all its parts; the names first, empty ones left out."""
    for field in _FIELDS[kind](record):
        if field.text:
            yield field


def _named(record: Json, name: str, names: str) -> Iterator[Field]:
    """The text NAME, which is one of the texts NAMES, then the others of these, each in its language."""
    texts: dict[str, str] = record[names]
    chosen = next((language for language, text in texts.items() if text == record[name]), "en")
    yield Field(name, record[name], chosen, title=True)
    for language, text in texts.items():
        if text != record[name]:
            yield Field(f"{names}.{language}", text, language, title=True)


def _event(record: Json) -> Iterator[Field]:
    yield from _named(record, "label", "labels")
    yield Field("summary", record["summary"] or "", "en")


def _statement(record: Json) -> Iterator[Field]:
    yield from _named(record, "gist", "gists")
    if quote := record["quote"]:
        yield Field("quote.text", quote["text"], quote["language"])
        for language, text in (quote["translation"] or {}).items():
            yield Field(f"quote.translation.{language}", text, language)
    yield Field("condition", record["condition"] or "", "en")
    yield Field("role", record["role"] or "", "en")


def _actor(record: Json) -> Iterator[Field]:
    yield from _named(record, "name", "names")
    for number, alias in enumerate(record["aliases"]):
        yield Field(f"aliases.{number}.name", alias["name"], alias["language"], title=True)
    for number, role in enumerate(record["roles"]):
        yield Field(f"roles.{number}.title", role["title"], "en")
    for scheme, code in record["codes"].items():
        yield Field(f"codes.{scheme}", code, None)
    yield Field("note", record["note"] or "", "en")


def _article(record: Json) -> Iterator[Field]:
    yield from _named(record, "title", "titles")
    yield Field("text", (record["text"] or "")[:MOST_CHARACTERS], record["language"])


_FIELDS: dict[str, Callable[[Json], Iterator[Field]]] = {
    "event": _event,
    "statement": _statement,
    "actor": _actor,
    "article": _article,
}
# The kinds of records that full text covers, with their tables.
TABLES: dict[str, type[Any]] = {"event": Event, "statement": Statement, "actor": Actor, "article": Article}
