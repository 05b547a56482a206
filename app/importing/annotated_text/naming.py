"""Names in texts as actors and places: known ones by a name or a code that is theirs alone, new ones by a slug."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from hashlib import sha256

import pycountry
from anyascii import anyascii
from sqlalchemy import Connection, select, tuple_

from app.dialects import among
from app.folding import words
from app.loading.annotated import Actor, Alias, Place
from app.models import Actor as StoredActor
from app.models import ActorCode, SearchName
from app.models import Place as StoredPlace

_LONGEST = 80
_LONGEST_NAME = 500
_APART = re.compile(r"[^a-z0-9]+")
_BLANKS = re.compile(r"\s+")


def slug(text: str) -> str:
    """TEXT as a part of an id; a text without letters or figures, or a long one, by its hash."""
    found = _APART.sub("-", anyascii(text).lower()).strip("-")
    if found and len(found) <= _LONGEST:
        return found
    digest = sha256(text.encode()).hexdigest()[:12]
    return f"{found[: _LONGEST - 13].strip('-')}-{digest}".strip("-")


def folded(name: str) -> str:
    """NAME as it is compared with others."""
    # As app/loading/indexing.py does it: a last sign alone of a script without spaces is none.
    return " ".join(word.text for word in words(name) if not (word.pair and word.end - word.start == 1))


def tidy(name: str) -> str:
    """NAME on one line, and short enough to be one."""
    return _BLANKS.sub(" ", name).strip()[:_LONGEST_NAME].strip()


@dataclass
class Names:
    """Who and what is known, and what is new: `actors` and `places` are to be written with the articles."""

    dataset: str
    known: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    codes: dict[tuple[str, str], str] = field(default_factory=dict)
    taken: set[tuple[str, str]] = field(default_factory=set)
    actors: dict[str, Actor] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)

    def look_up(self, db: Connection, names: Iterable[str], codes: Collection[tuple[str, str]]) -> None:
        """Find in DB which of NAMES and CODES are known, at once for many."""
        wanted = {tidy(name) for name in names}
        keys = {folded(name) for name in wanted} - {""}
        self.known = {}
        rows = select(SearchName.kind, SearchName.folded, SearchName.record_id).where(
            among(SearchName.folded, keys), SearchName.part == 0
        )
        for row in db.execute(rows.distinct().order_by(SearchName.record_id)):
            self.known.setdefault((row.kind, row.folded), []).append(row.record_id)
        ids = {self._id(name) for name in wanted}
        for kind, table in (("actor", StoredActor), ("place", StoredPlace)):
            self.taken |= {(kind, key) for key in db.scalars(select(table.id).where(among(table.id, ids)))}
        coded = tuple_(ActorCode.scheme, ActorCode.code).in_(sorted(codes))
        found = select(ActorCode.scheme, ActorCode.code, ActorCode.actor_id).where(coded)
        self.codes |= {(row.scheme, row.code): row.actor_id for row in db.execute(found)} if codes else {}

    def actor(
        self, names: list[str], language: str, kind: str, country: str | None, code: tuple[str, str] | None
    ) -> str:
        """The id of the actor who is called by NAMES, the chosen one first; made if nobody is known by them."""
        if code and (key := self.codes.get(code)):
            return self._called(key, names, language)
        known = [] if code else [key for name in names for key in self._known("actor", name)]
        if known:
            return known[0]
        key = self._id(names[0])
        if ("actor", key) in self.taken or key in self.actors:
            if code:
                self.codes.setdefault(code, key)
            return self._called(key, names, language)
        self.actors[key] = Actor(
            id=key,
            kind=kind,
            names={language: tidy(names[0])},
            country=country or (_country(names[0]) if kind == "state" else None),
            codes=dict([code]) if code else {},
        )
        if code:
            self.codes[code] = key
        return self._called(key, names, language)

    def place(self, name: str, language: str, precision: str, country: str | None) -> str:
        """The id of the place called NAME; made if none is known by it."""
        if known := self._known("place", name):
            return known[0]
        key = self._id(name)
        if ("place", key) not in self.taken and key not in self.places:
            country = country or (_country(name) if precision == "country" else None)
            self.places[key] = Place(id=key, names={language: tidy(name)}, country=country, precision=precision)
        return key

    def written(self) -> None:
        """Note that what was new stands in the database."""
        self.taken |= {("actor", key) for key in self.actors} | {("place", key) for key in self.places}
        self.actors, self.places = {}, {}

    def _id(self, name: str) -> str:
        return f"{self.dataset}:{slug(tidy(name))}"

    def _known(self, kind: str, name: str) -> list[str]:
        """Those known by NAME: the data set's own, or else one alone."""
        found = self.known.get((kind, folded(tidy(name))), [])
        own = [key for key in found if key.startswith(f"{self.dataset}:")]
        return own[:1] or (found if len(found) == 1 else [])

    def _called(self, key: str, names: list[str], language: str) -> str:
        """KEY, after noting NAMES as spellings of the new actor that it is of."""
        if made := self.actors.get(key):
            has = {*made.names.values(), *(alias.name for alias in made.aliases)}
            new = [one for one in dict.fromkeys(map(tidy, names)) if one not in has]
            if new:
                aliases = [*made.aliases, *(Alias(name=one, language=language) for one in new)]
                self.actors[key] = made.model_copy(update={"aliases": aliases})
        return key


def _country(name: str) -> str | None:
    """The ISO 3166 code of the country that is called exactly NAME in English."""
    try:
        return str(pycountry.countries.lookup(name.strip()).alpha_3)
    except LookupError:
        return None
