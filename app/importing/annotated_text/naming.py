"""Names in texts as actors and places: stored ones, by a name or a code that only they have, or new ones."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, TypeVar

import pycountry
from anyascii import anyascii
from sqlalchemy import Connection, or_, select, tuple_

from app.dialects.keys import among
from app.folding import name_words
from app.importing.crosswalks.countries import from_name
from app.loading.annotated import Actor, Alias, Place
from app.loading.edits import recalling
from app.models import Actor as StoredActor
from app.models import ActorCode, SearchName
from app.models import Place as StoredPlace

_LONGEST = 80
_LONGEST_NAME = 500
_APART = re.compile(r"[^a-z0-9]+")
_BLANKS = re.compile(r"\s+")

T = TypeVar("T", Actor, Place)
Code = tuple[str, str]
# For a new actor: its kind, and its country if a rule gives one.
Kind = tuple[str, str | None]


def slug(text: str) -> str:
    """TEXT as a part of an id; with a hash if it is long, or has no letters or digits."""
    found = _APART.sub("-", anyascii(text).lower()).strip("-")
    if found and len(found) <= _LONGEST:
        return found
    digest = sha256(text.encode()).hexdigest()[:12]
    return f"{found[: _LONGEST - 13].strip('-')}-{digest}".strip("-")


def folded(name: str) -> str:
    """NAME as it is compared with others."""
    return " ".join(name_words(name))


def tidy(name: str) -> str:
    """NAME on one line, and no longer than names may be."""
    return _BLANKS.sub(" ", name).strip()[:_LONGEST_NAME].strip()


@dataclass
class Names:
    """The actors and places that are known, and new ones in `actors` and `places`, to be written with the articles.

    `news` are new spellings and codes of actors that the data set has already.
    """

    dataset: str
    known: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    codes: dict[Code, str] = field(default_factory=dict)
    schemes: dict[tuple[str, str], str] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    news: dict[str, tuple[list[Alias], dict[str, str]]] = field(default_factory=dict)

    def look_up(self, db: Connection, names: Iterable[str], codes: Collection[Code]) -> None:
        """Find out which of NAMES and CODES are known in DB."""
        wanted = {tidy(name) for name in names}
        self.known = {}
        keys = {folded(name) for name in wanted} - {""}
        for kind, table in (("actor", StoredActor), ("place", StoredPlace)):
            named = select(SearchName.folded, SearchName.record_id, table.dataset_id)
            named = named.join(table, table.id == SearchName.record_id).distinct()
            found = named.where(SearchName.kind == kind, among(SearchName.folded, keys), SearchName.part == 0)
            for row in db.execute(found.order_by(SearchName.record_id)):
                self.known.setdefault((kind, row.folded), {})[row.record_id] = row.dataset_id
        ids = {key for (kind, _name), found in self.known.items() if kind == "actor" for key in found}
        held = or_(among(ActorCode.actor_id, ids), tuple_(ActorCode.scheme, ActorCode.code).in_(sorted(codes)))
        for row in db.execute(select(ActorCode.scheme, ActorCode.code, ActorCode.actor_id).where(held)):
            self.codes[row.scheme, row.code] = row.actor_id
            self.schemes[row.actor_id, row.scheme] = row.code

    def add(self, db: Connection, actors: Iterable[Actor], places: Iterable[Place]) -> None:
        """Note those of ACTORS and PLACES that are not in DB as new."""
        self.actors |= _missing(db, StoredActor, actors)
        self.places |= _missing(db, StoredPlace, places)

    def actor(self, names: list[str], language: str, rule: Kind, code: Code | None) -> str:
        """The id of the actor with NAMES, the preferred one first; made by RULE if nobody is known by them.

        Actors of other data sets are preferred to the data set's own, so that the order of texts does not matter. If
        CODE is given, whoever has another code of its scheme is somebody else.
        """
        key = self.codes.get(code) if code else None
        key = key or next(self._known("actor", names, code), None) or self._new(names[0], language, rule, code)
        self._called(key, names, language, code)
        return key

    def place(self, name: str, language: str, precision: str, country: str | None) -> str:
        """The id of the place called NAME; made if no place is known by that name."""
        if key := next(self._known("place", [name], None), None):
            return key
        key = f"{self.dataset}:{slug(tidy(name))}"
        country = country or (_country(name) if precision == "country" else None)
        self.places[key] = Place(id=key, names={language: tidy(name)}, country=country, precision=precision)
        self._note("place", name, key)
        return key

    def all_actors(self, db: Connection) -> list[Actor]:
        """The new actors, and those in DB that have new spellings or codes."""
        stored = recalling.actors(db, set(self.news))
        return [*self.actors.values(), *(_more(actor, *self.news[key]) for key, actor in stored.items())]

    def written(self) -> None:
        """Note that what was new is in the database now."""
        self.actors, self.places, self.news = {}, {}, {}

    def _known(self, kind: str, names: list[str], code: Code | None) -> Iterator[str]:
        """Those known by NAMES: first those of other data sets, if only one has the name, then the data set's own."""
        own: list[str] = []
        for name in map(tidy, names):
            found = {
                key: dataset
                for key, dataset in self.known.get((kind, folded(name)), {}).items()
                if not code or self.schemes.get((key, code[0]), code[1]) == code[1]
            }
            others = [key for key, dataset in found.items() if dataset != self.dataset]
            if len(others) == 1:
                yield others[0]
            mine = [key for key, dataset in found.items() if dataset == self.dataset]
            # The one that was made for this very name comes before others that have it as an alias.
            own += sorted(mine, key=lambda key: (key != f"{self.dataset}:{slug(name)}", key))
        yield from own

    def _new(self, name: str, language: str, rule: Kind, code: Code | None) -> str:
        key = f"{self.dataset}:{slug(tidy(name))}"
        if key in self.actors or any(key in found for (kind, _), found in self.known.items() if kind == "actor"):
            key = f"{key}-{slug(':'.join(code))}" if code else key
        kind, country = rule
        country = country or (_country(name) if kind == "state" else None)
        self.actors.setdefault(key, Actor(id=key, kind=kind, names={language: tidy(name)}, country=country))
        return key

    def _called(self, key: str, names: list[str], language: str, code: Code | None) -> None:
        """Note that the actor KEY, if it is of this data set, has these NAMES and this CODE."""
        # A name that the data set has for somebody else stays theirs, or the next import would read it differently.
        own = [name for name in dict.fromkeys(map(tidy, names)) if not self._is_of_another(key, name)]
        aliases = [Alias(name=name, language=language) for name in own]
        if key in self.actors:
            codes = dict([code]) if code else {}
            self.actors[key] = _more(self.actors[key], aliases, codes)
        elif key.startswith(f"{self.dataset}:"):
            new = [alias for alias in aliases if key not in self.known.get(("actor", folded(alias.name)), {})]
            codes = dict([code]) if code and code not in self.codes else {}
            if new or codes:
                listed, held = self.news.setdefault(key, ([], {}))
                listed.extend(new)
                held.update(codes)
        for name in own:
            self._note("actor", name, key)
        if code:
            self.codes.setdefault(code, key)
            self.schemes.setdefault((key, code[0]), code[1])

    def _is_of_another(self, key: str, name: str) -> bool:
        found = self.known.get(("actor", folded(name)), {})
        return key not in found and self.dataset in found.values()

    def _note(self, kind: str, name: str, key: str) -> None:
        if key.startswith(f"{self.dataset}:"):
            self.known.setdefault((kind, folded(tidy(name))), {})[key] = self.dataset


def _missing(db: Connection, table: type[Any], given: Iterable[T]) -> dict[str, T]:
    listed: dict[str, T] = {one.id: one for one in given}
    stored = set(db.scalars(select(table.id).where(among(table.id, set(listed)))))
    return {key: one for key, one in listed.items() if key not in stored}


def _more(actor: Actor, aliases: list[Alias], codes: dict[str, str]) -> Actor:
    """ACTOR with ALIASES and CODES in addition to its own."""
    has = {*actor.names.values(), *(alias.name for alias in actor.aliases)}
    new = {alias.name: alias for alias in aliases if alias.name not in has}
    return actor.model_copy(update={"aliases": [*actor.aliases, *new.values()], "codes": {**codes, **actor.codes}})


def _country(name: str) -> str | None:
    """The ISO 3166-1 alpha-3 code of the country with the English NAME, or with the code NAME, if there is one."""
    if found := from_name(name):
        return found
    try:
        return str(pycountry.countries.lookup(name.strip()).alpha_3)
    except LookupError:
        return None
