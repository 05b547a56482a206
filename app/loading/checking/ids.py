"""Checking that each id belongs to one record, and that one article says what an event is."""

from collections.abc import Iterator, Sequence
from typing import Any

from app.loading import annotated
from app.loading.checking.checker import Checker, Path
from app.loading.folder import Source


def check_ids(checker: Checker) -> None:
    """Give CHECKER faults for ids that occur twice in its folder, and events that are defined twice or never."""
    folder = checker.folder
    _twice(checker, folder.actors, "actors", folder.actors.content.actors)
    _twice(checker, folder.places, "places", folder.places.content.places)
    for source in folder.articles:
        _twice(checker, source, "events", source.content.events)
    _check_statements(checker)
    _check_definitions(checker)


def _twice(checker: Checker, source: Source[Any], listed: str, records: Sequence[Any]) -> None:
    seen: dict[str, int] = {}
    for index, record in enumerate(records):
        if record.id in seen:
            line = source.sheet.line((listed, seen[record.id], "id"))
            checker.fault(source, (listed, index, "id"), f"is in line {line} already", record.id)
        seen.setdefault(record.id, index)


def _check_statements(checker: Checker) -> None:
    said: dict[str, str] = {}
    for source in checker.folder.articles:
        for index, statement in enumerate(source.content.statements):
            if other := said.get(statement.id):
                checker.fault(source, ("statements", index, "id"), f"is in {other} already", statement.id)
            said[statement.id] = source.sheet.file


def _check_definitions(checker: Checker) -> None:
    definitions: dict[str, Source[annotated.Article]] = {}
    for source, path, event in _events(checker):
        if not event.defines:
            continue
        if other := definitions.get(event.id):
            message = f"{other.content.id} says already what this event is; give id, accounts and evidence only"
            checker.fault(source, path, message, event.id)
            continue
        definitions[event.id] = source
        for name in ("type", "label"):
            if getattr(event, name) is None:
                checker.fault(source, (*path, name), f"the event's {name} is missing", event.id)
    known = definitions.keys() | checker.folder.loose.get("event", set())
    for source, path, event in _events(checker):
        if event.id not in known:
            message = "no file says what this event is (type, label, date, participants)"
            checker.fault(source, path, message, event.id)


def _events(checker: Checker) -> Iterator[tuple[Source[annotated.Article], Path, annotated.Event]]:
    for source in checker.folder.articles:
        for index, event in enumerate(source.content.events):
            yield source, ("events", index), event
