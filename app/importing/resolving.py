"""Resolving names: the ids of the parties, places and documents that imported records name.

A party is a stored actor of another data set that has its code, or exactly its name and not another country. All others
are drafted. A draft does not replace a stored record with its id, unless it is a document with a title or text.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection, Engine, select

from app.dialects.keys import among_many as among
from app.importing.identifiers import host_of, identifier, named, slug
from app.importing.records import Coded, Document, Found, Item, Party, Said, Spot, Words
from app.importing.titles import article_draft, name_of
from app.loading.drafts import Draft
from app.models import Actor, ActorCode, ActorName, Place, SearchName

# How many ids are remembered; beyond that, the database is asked again.
KEPT = 200_000
STATE = "state"


class Resolver:
    """Gives ids for what records of DATASET name. `prepare` looks up all names of a batch in a few queries.

    The database is asked only for what other data sets have, so nothing depends on what this import has written.
    """

    def __init__(self, engine: Engine, dataset: str) -> None:
        self.engine, self.dataset = engine, dataset
        self._ids: dict[Any, str] = {}
        self._publishers: dict[str, Party] = {}

    def prepare(self, items: Iterable[Item]) -> list[Draft]:
        """Look up every name in ITEMS; returns drafts for those that no other data set has."""
        if len(self._ids) > KEPT:
            self._ids.clear()
        documents = self._unknown(words.document for item in items for words in _words(item))
        parties = self._unknown(
            [
                *(party for item in items for party in _parties(item)),
                *(publisher(document) for document in documents if document.publisher),
            ]
        )
        spots = self._unknown(item.place for item in items if isinstance(item, Coded) and item.place)
        return [*self._actors(parties), *self._places(spots), *self._articles(documents)]

    def id_of(self, thing: Party | Spot | Document) -> str:
        """The id of THING, which `prepare` has looked up."""
        return self._ids[thing]

    def forget(self) -> None:
        """Forget everything, because what was prepared last was not written."""
        self._ids.clear()

    def _unknown(self, things: Iterable[Any]) -> list[Any]:
        return [thing for thing in dict.fromkeys(things) if thing not in self._ids]

    def _actors(self, parties: Sequence[Party]) -> list[Draft]:
        if not parties:
            return []
        # Those that only their code names come first, because the named ones become parts of them.
        unnamed = self._unknown(bare for party in parties if (bare := _bare(party)))
        asked = [*dict.fromkeys((*unnamed, *parties))]
        with self.engine.connect() as db:
            stored = _by_code(db, asked, self.dataset) | _by_name(db, asked, self.dataset)
        made: dict[str, Draft] = {}
        for party in asked:
            bare = _bare(party)
            key = stored.get(party) or identifier(self.dataset, _key(party))
            self._ids[party] = key
            if party not in stored and key not in made:
                made[key] = _actor(key, party, self._ids[bare] if bare else None)
        return list(made.values())

    def _places(self, spots: list[Spot]) -> list[Draft]:
        made = {identifier(self.dataset, spot.key): spot for spot in reversed(spots)}
        self._ids |= {spot: identifier(self.dataset, spot.key) for spot in spots}
        return [_place(key, spot) for key, spot in made.items()]

    def _articles(self, documents: Collection[Document]) -> list[Draft]:
        made: dict[str, Draft] = {}
        told: list[Draft] = []
        for document in documents:
            key = _article_id(self.dataset, document)
            self._ids[document] = key
            by = self._ids[publisher(document)] if document.publisher else None
            draft = article_draft(key, document, by)
            if draft.if_new:
                made.setdefault(key, draft)
            else:
                made.pop(key, None)
                told.append(draft)
        last = {draft.id: draft for draft in told}
        return [*last.values(), *(draft for key, draft in made.items() if key not in last)]


def publisher(document: Document) -> Party:
    """The publisher of DOCUMENT as a party."""
    return _media(document.publisher)


@lru_cache(maxsize=20_000)
def _media(name: str | None) -> Party:
    return Party("publisher", None, name, "media")


def _words(item: Item) -> tuple[Words, ...]:
    if isinstance(item, Found):
        return (item.words,)
    return item.evidence if isinstance(item, (Coded, Said)) else ()


def _parties(item: Item) -> tuple[Party, ...]:
    if isinstance(item, Coded):
        return (*item.sources, *item.targets, *item.others)
    if isinstance(item, Said):
        return (*((item.speaker,) if item.speaker else ()), *item.addressees)
    return ()


def _bare(party: Party) -> Party | None:
    """Whom the code of a named PARTY stands for by itself; None for states, which have many names but are one each."""
    if not (party.code and party.name) or party.kind == STATE:
        return None
    return replace(party, name=None)


def _key(party: Party) -> str:
    name = slug(party.name or "") or blake2b((party.name or "").encode(), digest_size=5).hexdigest()
    if not party.code:
        return f"{name}.{party.country.lower()}" if party.country else name
    code = party.code.lower()
    return code if not party.name or party.kind == STATE else f"{code}.{name}"


def _actor(key: str, party: Party, parent: str | None) -> Draft:
    name = name_of(party) or key
    draft = Draft(
        Actor,
        {
            "id": key,
            "kind": party.kind,
            "name": name,
            "country": party.country,
            "parent_id": parent,
            "note": ", ".join(party.sectors) or None,
        },
        if_new=True,
    )
    draft.parts[ActorName] = [{"actor_id": key, "position": 0, "kind": "name", "language": "en", "spelling": name}]
    if party.code and parent is None:
        draft.parts[ActorCode] = [{"actor_id": key, "scheme": party.scheme, "code": named(party.code)}]
    return draft


def _place(key: str, spot: Spot) -> Draft:
    name = named(spot.name) or key
    return Draft(
        Place,
        {
            "id": key,
            "names": {"en": name},
            "country": spot.country,
            "lat": spot.lat,
            "lon": spot.lon,
            "precision": spot.precision,
            "geonames": spot.geonames,
            "name": name,
            "parent_id": None,
        },
        if_new=True,
    )


def _article_id(dataset: str, document: Document) -> str:
    if document.url is None:
        return identifier(dataset, document.key)
    digest = blake2b(document.url.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    return identifier(dataset, f"{slug(host_of(document.url))[:60].strip('-') or 'article'}-{digest}")


def _by_code(db: Connection, parties: Collection[Party], own: str) -> dict[Party, str]:
    """Actors of other data sets that have the code of a party without a name, or that are its state."""
    wanted: dict[tuple[str, str], list[Party]] = {}
    for party in parties:
        if party.code and (party.kind == STATE or not party.name):
            wanted.setdefault((party.scheme, party.code), []).append(party)
        if party.kind == STATE and party.country:
            wanted.setdefault(("iso3", party.country), []).append(party)
    rows = db.execute(
        select(ActorCode.scheme, ActorCode.code, ActorCode.actor_id)
        .join(Actor)
        .where(among(ActorCode.code, {code for _, code in wanted}), Actor.dataset_id != own)
        .order_by(ActorCode.scheme.desc())
    )
    return {party: row.actor_id for row in rows for party in wanted.get((row.scheme, row.code), ())}


def _by_name(db: Connection, parties: Collection[Party], own: str) -> dict[Party, str]:
    """Actors of other data sets that have exactly the name of a party, if there is one, and not of another country."""
    wanted: dict[str, list[Party]] = {}
    for party in parties:
        if party.name and party.kind != STATE:
            wanted.setdefault(slug(party.name).replace("-", " "), []).append(party)
    query = (
        select(SearchName.folded, SearchName.record_id, Actor.country)
        .join(Actor, Actor.id == SearchName.record_id)
        .where(SearchName.kind == "actor", SearchName.part == 0, SearchName.language.is_not(None))
        .where(among(SearchName.folded, wanted), Actor.dataset_id != own)
    )
    found: dict[Party, set[str]] = {}
    for row in db.execute(query):
        for party in wanted[row.folded]:
            if party.country in (None, row.country):
                found.setdefault(party, set()).add(row.record_id)
    return {party: next(iter(ids)) for party, ids in found.items() if len(ids) == 1}
