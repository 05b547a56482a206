"""What every check needs: the folder, what is known besides it, and the faults found so far."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.loading import annotated
from app.loading.faults import MOST_FAULTS, Fault, more_than_told
from app.loading.folder import Folder, Source
from app.nearest import nearest

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Around:
    """What the database has around a few records: the actors that speak in them, and the ties that lead on.

    `codes` are those of other actors, with whose they are.
    """

    actors: Mapping[str, annotated.Actor] = field(default_factory=dict)
    codes: Mapping[tuple[str, str], str] = field(default_factory=dict)
    parents: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    relations: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)


@dataclass
class Checker:
    """Collects faults. `known` are the ids that the database has already, by kind.

    What is `imported` need not be translated, and may mark words of an article whose text we do not have.
    """

    folder: Folder
    known: Mapping[str, Collection[str]]
    around: Around
    imported: bool
    faults: list[Fault] = field(default_factory=list)
    _count: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        own = {actor.id: actor for actor in self.folder.actors.content.actors}
        self.actors = {**self.around.actors, **own}
        articles = [source.content for source in self.folder.articles]
        stands = {
            "actor": set(own),
            "place": {place.id for place in self.folder.places.content.places},
            "event": {event.id for article in articles for event in article.events},
            "statement": {statement.id for article in articles for statement in article.statements},
        }
        self.ids: dict[str, set[str]] = {
            kind: ids.union(self.known.get(kind, ()), self.folder.loose.get(kind, ())) for kind, ids in stands.items()
        }
        self.ids["record"] = self.ids["event"] | self.ids["statement"]

    def fault(self, source: Source[Any], path: Path, message: str, found: object = None, **more: Sequence[str]) -> None:
        """Note what is wrong at PATH of SOURCE, unless too much of it is."""
        self._count[source.sheet.file] += 1
        count = self._count[source.sheet.file]
        if count <= MOST_FAULTS:
            self.faults.append(source.sheet.fault(path, message, found, **more))
        elif count == MOST_FAULTS + 1:
            self.faults.append(more_than_told(source.sheet.fault((), message)))

    def reference(self, source: Source[Any], path: Path, kind: str, value: str | None) -> None:
        """Check that VALUE, at PATH, is the id of a known record of KIND."""
        if value is not None and value not in self.ids[kind]:
            near = nearest(value, sorted(self.ids[kind])) if self._count[source.sheet.file] < MOST_FAULTS else []
            self.fault(source, path, f"there is no {kind} of this id", value, nearest=near)

    def english(self, source: Source[Any], path: Path, texts: Mapping[str, str]) -> None:
        """Check that TEXTS, at PATH, have an English one."""
        if "en" not in texts and not self.imported:
            self.fault(source, path, "the English text is missing")
