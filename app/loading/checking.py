"""Whether the files of a data set agree: references, evidence, roles, translations."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from typing import Any

from app.loading import annotated
from app.loading.faults import Fault
from app.loading.folder import Folder, Source
from app.loading.offsets import Ambiguous, NotFound, locate
from app.nearest import nearest

Path = tuple[str | int, ...]
# Stands in a quotation for words of the text between its parts.
OMISSION = " […] "
# A record cannot come after itself; but two may refer to each other, or contradict each other.
ACYCLIC = ("follows", "part_of", "responds_to", "ends", "causes")


@dataclass(frozen=True, slots=True)
class Around:
    """What the database has around a few records: actors that speak in them, and the ties that lead on from them."""

    actors: Mapping[str, annotated.Actor] = field(default_factory=dict)
    parents: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    relations: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)


@dataclass
class Checker:
    """Collects faults; `known` are ids that the database already has, by kind.

    What is `imported` need not be translated, and may mark words of an article whose text is not at hand.
    """

    folder: Folder
    known: Mapping[str, Collection[str]] = field(default_factory=dict)
    imported: bool = False
    around: Around = field(default_factory=Around)
    faults: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        own = {actor.id: actor for actor in self.folder.actors.content.actors}
        self.actors = {**self.around.actors, **own}
        self.definitions: dict[str, Source[annotated.Article]] = {}
        statements = (statement.id for source in self.folder.articles for statement in source.content.statements)
        events = (event.id for source in self.folder.articles for event in source.content.events)
        self.ids: dict[str, set[str]] = {
            "actor": set(own) | set(self.known.get("actor", ())),
            "place": {place.id for place in self.folder.places.content.places} | set(self.known.get("place", ())),
            "event": set(events) | set(self.known.get("event", ())),
            "statement": set(statements) | set(self.known.get("statement", ())),
        }
        for kind, ids in self.folder.loose.items():
            self.ids[kind] |= ids
        self.ids["record"] = self.ids["event"] | self.ids["statement"]

    def run(self) -> list[Fault]:
        """Every fault of the folder, in the order of its files."""
        self._check_actors()
        self._check_places()
        self._check_ids()
        for source in self.folder.articles:
            _ArticleChecker(self, source).run()
        self._check_relation_cycles()
        return sorted(self.faults + self.folder.faults)

    def reference(self, source: Source[Any], path: Path, kind: str, value: str | None) -> None:
        """VALUE, at PATH, is the id of a known record of KIND."""
        if value is not None and value not in self.ids[kind]:
            near = nearest(value, sorted(self.ids[kind]))
            self.faults.append(source.sheet.fault(path, f"there is no {kind} of this id", value, nearest=near))

    def _check_actors(self) -> None:
        source = self.folder.actors
        codes: dict[tuple[str, str], str] = {}
        for index, actor in enumerate(source.content.actors):
            path: Path = ("actors", index)
            self._english(source, (*path, "names"), actor.names)
            self.reference(source, (*path, "parent"), "actor", actor.parent)
            for number, role in enumerate(actor.roles):
                at = (*path, "roles", number)
                self.reference(source, (*at, "organisation"), "actor", role.organisation)
                if _ends_early(role):
                    self.faults.append(source.sheet.fault((*at, "to"), "ends before it begins", role.held_to))
            for scheme, code in actor.codes.items():
                if other := codes.get((scheme, code)):
                    self.faults.append(
                        source.sheet.fault((*path, "codes", scheme), f"is the code of {other} already", code)
                    )
                codes[scheme, code] = actor.id
        self._circles(source, "actors", source.content.actors)

    def _check_places(self) -> None:
        source = self.folder.places
        for index, place in enumerate(source.content.places):
            self._english(source, ("places", index, "names"), place.names)
            self.reference(source, ("places", index, "parent"), "place", place.parent)
            if (place.lat is None) != (place.lon is None):
                self.faults.append(source.sheet.fault(("places", index), "has one coordinate of two"))
            elif place.lat == place.lon == 0:
                message = "0,0 is where no place is; leave lat and lon out where they are not known"
                self.faults.append(source.sheet.fault(("places", index), message))
        self._circles(source, "places", source.content.places)

    def _english(self, source: Source[Any], path: Path, texts: Mapping[str, str]) -> None:
        if "en" not in texts and not self.imported:
            self.faults.append(source.sheet.fault(path, "the English is missing"))

    def _circles(self, source: Source[Any], listed: str, records: Sequence[Any]) -> None:
        parents = {record.id: [record.parent] for record in records if record.parent}
        own = {record.id for record in records}
        above = self.around.parents.get(listed, {})
        parents |= {key: [parent] for key, parent in above.items() if key not in own}
        where = {record.id: index for index, record in enumerate(records) if record.parent}
        for ring in _rings(parents):
            path = (listed, where[ring[0]], "parent")
            self.faults.append(source.sheet.fault(path, f"is its own ancestor: {' -> '.join(ring)}"))

    def _check_ids(self) -> None:
        self._twice(self.folder.actors, "actors", self.folder.actors.content.actors)
        self._twice(self.folder.places, "places", self.folder.places.content.places)
        said: dict[str, str] = {}
        for source in self.folder.articles:
            self._twice(source, "events", source.content.events)
            for index, event in enumerate(source.content.events):
                if event.defines:
                    self._define(source, index, event)
            for index, statement in enumerate(source.content.statements):
                if other := said.get(statement.id):
                    self.faults.append(
                        source.sheet.fault(("statements", index, "id"), f"stands in {other} already", statement.id)
                    )
                said[statement.id] = source.sheet.file
        for source in self.folder.articles:
            for index, event in enumerate(source.content.events):
                if event.id not in self.definitions and event.id not in self.folder.loose.get("event", ()):
                    message = "no file says what this event is (type, label, date, participants)"
                    self.faults.append(source.sheet.fault(("events", index), message, event.id))

    def _define(self, source: Source[annotated.Article], index: int, event: annotated.Event) -> None:
        if other := self.definitions.get(event.id):
            message = f"{other.sheet.file} says already what this event is; give id, accounts and evidence only"
            self.faults.append(source.sheet.fault(("events", index), message, event.id))
            return
        self.definitions[event.id] = source
        for name in ("type", "label"):
            if getattr(event, name) is None:
                self.faults.append(source.sheet.fault(("events", index), f"the event's {name} is missing", event.id))

    def _twice(self, source: Source[Any], listed: str, records: Sequence[Any]) -> None:
        seen: dict[str, int] = {}
        for index, record in enumerate(records):
            if record.id in seen:
                line = source.sheet.line((listed, seen[record.id], "id"))
                self.faults.append(
                    source.sheet.fault((listed, index, "id"), f"stands in line {line} already", record.id)
                )
            seen.setdefault(record.id, index)

    def _check_relation_cycles(self) -> None:
        for kind in ACYCLIC:
            edges: dict[str, list[str]] = defaultdict(list)
            where: dict[str, tuple[Source[annotated.Article], Path]] = {}
            for source, path, record in _related(self.folder.articles):
                for index, relation in enumerate(record.relations):
                    if relation.type == kind:
                        edges[record.id].append(relation.target)
                        where.setdefault(record.id, (source, (*path, "relations", index)))
            for key, targets in self.around.relations.get(kind, {}).items():
                edges.setdefault(key, list(targets))
            for ring in _rings(edges):
                source, path = where[ring[0]]
                self.faults.append(source.sheet.fault(path, f"goes in a circle ({kind}): {' -> '.join(ring)}"))


@dataclass
class _ArticleChecker:
    checker: Checker
    source: Source[annotated.Article]

    def run(self) -> None:
        article = self.source.content
        self._actor(("publisher",), article.publisher)
        for index, agency in enumerate(article.agency):
            self._actor(("agency", index), agency)
        self._translated(("title",), article.title)
        if (article.text is None) != (article.text_kind == "none"):
            self._fault(
                ("text",),
                f"text_kind is {article.text_kind}: the text is {'missing' if article.text is None else 'too much'}",
            )
        for index, event in enumerate(article.events):
            self._check_event(("events", index), event)
        for index, statement in enumerate(article.statements):
            self._check_statement(("statements", index), statement)

    def _check_event(self, path: Path, event: annotated.Event) -> None:
        if event.label is not None:
            self._translated((*path, "label"), event.label)
        self.checker.reference(self.source, (*path, "place"), "place", event.place)
        for index, participant in enumerate(event.participants):
            self._actor((*path, "participants", index, "actor"), participant.actor)
            self._actor((*path, "participants", index, "on_behalf_of"), participant.on_behalf_of)
        for index, account in enumerate(event.accounts):
            self._actor((*path, "accounts", index, "actor"), account.actor)
            if account.differs and account.note is None:
                self._fault((*path, "accounts", index), "differs, but no note says how")
        self._check_common(path, event)

    def _check_statement(self, path: Path, statement: annotated.Statement) -> None:
        for name in ("speaker", "on_behalf_of", "venue"):
            self._actor((*path, name), getattr(statement, name))
        for name in ("addressees", "reported_via"):
            for index, actor in enumerate(getattr(statement, name)):
                self._actor((*path, name, index), actor)
        self.checker.reference(self.source, (*path, "event"), "event", statement.event)
        for index, event in enumerate(statement.about):
            self.checker.reference(self.source, (*path, "about", index), "event", event)
        self._translated((*path, "gist"), statement.gist)
        if not statement.id.startswith(f"{self.source.content.id}-s"):
            self._fault((*path, "id"), f"must begin with {self.source.content.id}-s", statement.id)
        if statement.condition is not None and not statement.conditional:
            self._fault((*path, "condition"), "has a condition, but is not conditional")
        self._check_quote(path, statement)
        self._check_role(path, statement)
        self._check_common(path, statement)

    def _check_quote(self, path: Path, statement: annotated.Statement) -> None:
        quote = statement.quote
        if (quote is None) != (statement.directness == "indirect"):
            self._fault(
                (*path, "directness"),
                f"is {statement.directness}, {'without' if quote is None else 'with'} a quotation",
            )
        if quote is None:
            return
        text = self.source.content.text or ""
        if not (self._unseen or all(part in text for part in quote.text.split(OMISSION))):
            self._fault((*path, "quote", "text"), "the quotation is not in the text", quote.text)
        if quote.language != "en" and "en" not in (quote.translation or {}) and not self.checker.imported:
            self._fault((*path, "quote"), "the English translation is missing")

    def _check_role(self, path: Path, statement: annotated.Statement) -> None:
        speaker = self.checker.actors.get(statement.speaker or "")
        said = statement.date.start or self.source.content.published.start
        if (
            not self.checker.imported
            and statement.date.start
            and self.source.content.published.end
            and statement.date.start > self.source.content.published.end
        ):
            self._fault((*path, "date"), "was said after it was printed", statement.date.start)
        if speaker is None or said is None:
            return
        held = [role for role in speaker.roles if statement.role in (None, role.title)]
        if held and not any(holds(role, said.isoformat()) for role in held):
            terms = "; ".join(f"{role.title}: {role.held_from or '..'} to {role.held_to or '..'}" for role in held)
            self._fault((*path, "role"), f"{speaker.id} did not hold it on {said}", terms)

    def _check_common(self, path: Path, record: annotated.Event | annotated.Statement) -> None:
        for index, relation in enumerate(record.relations):
            at = (*path, "relations", index, "target")
            if relation.target == record.id:
                self._fault(at, "relates to itself", relation.target)
            else:
                self.checker.reference(self.source, at, "record", relation.target)
        if not record.evidence:
            self._fault(path, "has no evidence", record.id)
        for index, words in enumerate(() if self._unseen else record.evidence):
            try:
                locate(self.source.content.text or "", words.exact, words.prefix, words.suffix, words.occurrence)
            except (NotFound, Ambiguous) as error:
                self._fault((*path, "evidence", index), str(error), words.exact)

    @property
    def _unseen(self) -> bool:
        """Whether the words are of a text that nobody hands out."""
        return self.checker.imported and self.source.content.text is None

    def _translated(self, path: Path, texts: Mapping[str, str]) -> None:
        if self.checker.imported:
            return
        for language in sorted({"en", self.source.content.language} - set(texts)):
            self._fault(path, f"the text in {language} is missing")

    def _actor(self, path: Path, actor: str | None) -> None:
        self.checker.reference(self.source, path, "actor", actor)

    def _fault(self, path: Path, message: str, found: object = None) -> None:
        self.checker.faults.append(self.source.sheet.fault(path, message, found))


def check(
    folder: Folder,
    known: Mapping[str, Collection[str]] | None = None,
    around: Around | None = None,
    *,
    imported: bool = False,
) -> list[Fault]:
    """Every fault of FOLDER; KNOWN are ids, by kind, that need not stand in it, and AROUND what lies beyond.

    Less is asked of what is IMPORTED.
    """
    return Checker(folder, known or {}, imported, around or Around()).run()


def holds(role: annotated.Role, day: str) -> bool:
    """Whether ROLE was held on DAY (ISO 8601), as far as its dates tell."""
    begun = role.held_from is None or role.held_from <= day[: len(role.held_from)]
    return begun and (role.held_to is None or role.held_to >= day[: len(role.held_to)])


def _ends_early(role: annotated.Role) -> bool:
    """Whether ROLE ends before it begins, as far as the less exact of its dates tells."""
    if role.held_from is None or role.held_to is None:
        return False
    exact = min(len(role.held_from), len(role.held_to))
    return role.held_from[:exact] > role.held_to[:exact]


def references(folder: Folder) -> dict[str, set[str]]:
    """The ids that FOLDER names, by kind, so that a database can be asked for them at once."""
    found: dict[str, set[str]] = defaultdict(set)
    for _source, _path, record in _related(folder.articles):
        found["event"] |= {relation.target for relation in record.relations}
        if isinstance(record, annotated.Event):
            found["event"].add(record.id)
            found["place"] |= {record.place} if record.place else set()
            found["actor"] |= {one for part in record.participants for one in (part.actor, part.on_behalf_of) if one}
            found["actor"] |= {account.actor for account in record.accounts if account.actor}
        else:
            found["event"] |= {*record.about, *filter(None, [record.event])}
            named = (record.speaker, record.on_behalf_of, record.venue, *record.addressees, *record.reported_via)
            found["actor"] |= {one for one in named if one}
    for article in folder.articles:
        found["actor"] |= {one for one in (article.content.publisher, *article.content.agency) if one}
    for actor in folder.actors.content.actors:
        found["actor"] |= {one for one in (actor.parent, *(role.organisation for role in actor.roles)) if one}
    found["place"] |= {place.parent for place in folder.places.content.places if place.parent}
    found["statement"] = set(found["event"])
    return found


def _related(
    articles: Iterable[Source[annotated.Article]],
) -> Iterator[tuple[Source[annotated.Article], Path, annotated.Event | annotated.Statement]]:
    for source in articles:
        for index, event in enumerate(source.content.events):
            yield source, ("events", index), event
        for index, statement in enumerate(source.content.statements):
            yield source, ("statements", index), statement


def _rings(edges: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """Circles in EDGES, each as the ids along it with the first again at the end; every one is cut by one edge."""
    left = {start: list(ends) for start, ends in edges.items()}
    order = list(edges)
    while True:
        try:
            TopologicalSorter(left).prepare()
        except CycleError as error:
            # The sorter takes an edge for a dependency, and tells the circle against it.
            ring: list[str] = error.args[1][::-1]
            first = ring.index(min(ring[:-1], key=order.index))
            ring = [*ring[first:-1], *ring[: first + 1]]
            yield ring
            left[ring[0]].remove(ring[1])
        else:
            return
