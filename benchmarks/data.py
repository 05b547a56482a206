"""The data: N events and what belongs to them, the same every time, as drafts for the loader.

Names and dates are made up and skewed as real ones are: a few actors are in most events, a few types and places are
most of them. An article is made with all that it tells, so that a batch of articles touches no other.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from hashlib import sha256
from itertools import accumulate
from typing import Any

from app.codes import code_list, codes, label
from app.loading.coding import UNCODED, coded, side_of
from app.loading.drafts import Draft
from app.models import (
    Account,
    Actor,
    ActorCode,
    ActorName,
    Addressee,
    Article,
    Dataset,
    Event,
    Evidence,
    Figure,
    Participant,
    Place,
    Relation,
    Statement,
    StatementTopic,
)
from benchmarks.vocabulary import ADJECTIVES, NOUNS, TITLES, TOWNS, Word, countries, person

Row = dict[str, Any]
FIRST, LAST = date(2010, 1, 1), date(2025, 12, 31)
ID = "bench"
EQUALS = ("phone_call", "meeting", "negotiation", "agreement", "cooperation", "consultation")
OTHERS = ("participant", "victim", "host", "mediator", "supporter", "observer")


# How many in a hundred of all events: with a summary, at a place, told by an account, ...
SUMMARISED, PLACED, TOLD, RELATED, FIGURED, SPANNING, LINKED, INDIRECT = 60, 90, 20, 10, 5, 3, 50, 40


def zipf(size: int) -> list[float]:
    """Cumulative weights of SIZE things of which the second is half as frequent as the first."""
    return list(accumulate(1 / rank for rank in range(1, size + 1)))


def dataset(id: str = ID) -> Draft:
    """The data set that all of it belongs to."""
    about = {"publisher": "Dragoman", "license": "CC0-1.0", "attribution": "made up", "homepage": None, "version": "1"}
    return Draft(Dataset, {"id": id, "title": "Made-up events for measuring", **about, "files_digest": None})


@dataclass(frozen=True)
class Data:
    """Made-up data of so many EVENTS, and of half as many statements unless there are to be fewer."""

    events: int
    most_statements: int | None = None

    @property
    def name(self) -> str:
        """A name for these data that no others have."""
        return f"{self.events}" if self.most_statements is None else f"{self.events}_{self.most_statements}"

    @property
    def statements(self) -> int:
        return self.events // 2 if self.most_statements is None else min(self.events // 2, self.most_statements)

    @property
    def articles(self) -> int:
        return max(200, self.events // 50)

    @property
    def actors(self) -> int:
        return max(500, self.events // 200)

    @property
    def places(self) -> int:
        return max(200, self.events // 500)

    def batches(self, records: int = 10_000) -> Iterator[list[Draft]]:
        """All drafts, in batches of about RECORDS."""
        batch: list[Draft] = [*self.all_actors(), *self.all_places()]
        for number in range(self.articles):
            batch += self.article(number)
            if len(batch) >= records:
                yield batch
                batch = []
        if batch:
            yield batch

    def all_actors(self) -> Iterator[Draft]:
        """States, then what they consist of: ministries, people, media, armed groups."""
        for number in range(self.actors):
            row, name, code = self.actor(number)
            draft = Draft(Actor, row)
            draft.parts[ActorName] = [
                {"actor_id": row["id"], "position": position, "kind": "name", "language": language, "spelling": text}
                for position, (language, text) in enumerate(zip(("en", "ar"), name, strict=True))
            ]
            draft.parts[ActorCode] = [{"actor_id": row["id"], "scheme": "iso3", "code": code}] if code else []
            yield draft

    def actor(self, number: int) -> tuple[Row, Word, str | None]:
        """The row of the actor NUMBER, its names, and its ISO 3166-1 code if it is a state."""
        states = countries()
        country, (state, state_ar) = states[number % len(states)]
        name, kind, parent = (state, state_ar), "state", None
        if number >= len(states):
            (title, title_ar), turn = TITLES[number // len(states) % len(TITLES)], number % 5
            names = {0: (f"{title} of {state}", f"{title_ar} {state_ar}"), 1: (f"{state} Gazette", f"صحيفة {state_ar}")}
            name = names.get(turn) or person(number - len(states))
            kind = {0: "government_body", 1: "media", 4: "armed_group" if number % 4 == 0 else "person"}.get(
                turn, "person"
            )
            parent = self.key(number % len(states)) if turn == 0 else None
        row: Row = {"id": self.key(number), "kind": kind, "name": name[0], "country": country, "parent_id": parent}
        return {**row, "note": None}, name, country if kind == "state" else None

    def key(self, number: int) -> str:
        """The id of the actor NUMBER."""
        states = countries()
        return f"state-{states[number][0].lower()}" if number < len(states) else f"actor-{number:06}"

    def all_places(self) -> Iterator[Draft]:
        """Towns of the busy countries."""
        chance = random.Random("places")  # noqa: S311 - numbers that anybody may guess
        for number in range(self.places):
            town, town_ar = TOWNS[number % len(TOWNS)]
            suffix = f" {number // len(TOWNS)}" if number >= len(TOWNS) else ""
            row = {
                "id": f"place-{number:06}",
                "name": town + suffix,
                "names": {"en": town + suffix, "ar": town_ar + suffix},
            }
            at = {"lat": round(chance.uniform(-60, 70), 4), "lon": round(chance.uniform(-180, 180), 4)}
            where = {
                "country": countries()[number % 60][0],
                "precision": "settlement",
                "parent_id": None,
                "geonames": None,
            }
            yield Draft(Place, {**row, **where, **at})

    def article(self, number: int) -> list[Draft]:
        """The article NUMBER with the events and statements that it tells."""
        return _Telling(self, number).drafts()

    @cached_property
    def busy(self) -> list[float]:
        """Cumulative weights of the actors."""
        return zipf(self.actors)

    @cached_property
    def frequent(self) -> list[float]:
        """Cumulative weights of the places."""
        return zipf(self.places)

    def events_of(self, article: int) -> range:
        """The numbers of the events that the article of this number tells."""
        return range(article * self.events // self.articles, (article + 1) * self.events // self.articles)

    def statements_of(self, article: int) -> int:
        """How many statements the article of this number tells."""
        return (article + 1) * self.statements // self.articles - article * self.statements // self.articles

    def key_of_event(self, number: int) -> str:
        """The id of the event NUMBER, without making it."""
        return f"event-{number:08}"


TYPES = codes("event-types")
ACTS = codes("speech-acts")
TYPES_FREQUENT, ACTS_FREQUENT = zipf(len(TYPES)), zipf(len(ACTS))
WORDS_FREQUENT = {size: zipf(size) for size in (len(ADJECTIVES), len(NOUNS))}


class _Telling:
    """One article in the making: its text grows by a sentence for each record that it proves."""

    def __init__(self, data: Data, number: int) -> None:
        self.data = data
        self.number = number
        self.chance = random.Random(f"article {number}")  # noqa: S311 - numbers that anybody may guess
        self.id = f"article-{number:07}"
        self.language = self.chance.choices(("en", "ar"), (3, 2))[0]
        self.day = FIRST + timedelta(days=number * ((LAST - FIRST).days + 1) // data.articles)
        self.text = ""

    def drafts(self) -> list[Draft]:
        numbers = self.data.events_of(self.number)
        events = [self._event(number, numbers.start) for number in numbers]
        statements = [self._statement(number, events) for number in range(self.data.statements_of(self.number))]
        return [self._article(), *events, *statements]

    def _article(self) -> Draft:
        adjective, noun = self._topic()
        titles = {"en": f"Report on the {adjective[0]} {noun[0]}", "ar": f"تقرير عن {noun[1]} {adjective[1]}"}
        publisher = len(countries()) + (self.number * 5 + 2) % (self.data.actors - len(countries()))
        row: Row = {
            "id": self.id,
            "publisher_id": self.data.key(publisher),
            "language": self.language,
            "title": titles["en"],
        }
        row |= {"titles": titles, "source_url": f"https://example.org/{self.id}", **_span(self.day, self.day, "day")}
        row |= {"text": self.text, "text_kind": "digest", "text_sha256": sha256(self.text.encode()).hexdigest()}
        return Draft(Article, {**row, "rights": "served", "notes": []})

    def _event(self, number: int, first: int) -> Draft:
        chance, key = self.chance, self.data.key_of_event(number)
        type_ = chance.choices(TYPES, cum_weights=TYPES_FREQUENT)[0]
        place = chance.choices(range(self.data.places), cum_weights=self.data.frequent)[0]
        actors = list(dict.fromkeys(self._actors(chance.choices((1, 2, 3, 4), (1, 5, 3, 1))[0])))
        labels = self._labels(type_, actors)
        span = self._date()
        row: Row = {"id": key, "type": type_, "label": labels["en"], "labels": labels}
        row |= {"summary": f"{labels['en']}, according to {self.id}." if self._often(SUMMARISED) else None, **span}
        row |= {"place_id": f"place-{place:06}" if self._often(PLACED) else None}
        row |= {"status": chance.choices(codes("statuses"), (70, 20, 8, 2))[0], **coded(type_), **UNCODED}
        draft = Draft(Event, row)
        draft.parts[Participant] = [
            self._participant(key, position, actor, type_, span["start_on"]) for position, actor in enumerate(actors)
        ]
        draft.parts[Evidence] = [self._evidence("event_id", key, labels[self.language])]
        if self._often(FIGURED):
            draft.parts[Figure] = [self._figure(key)]
        if self._often(TOLD):
            draft.parts[Account] = [self._account(key, actors)]
        if number > first and self._often(RELATED):
            earlier = self.data.key_of_event(chance.randrange(first, number))
            draft.parts[Relation] = [_relation(key, chance.choice(("responds_to", "follows")), earlier)]
        return draft

    def _often(self, percent: int) -> bool:
        return self.chance.random() * 100 < percent

    def _actors(self, many: int) -> list[int]:
        return self.chance.choices(range(self.data.actors), cum_weights=self.data.busy, k=many)

    def _topic(self) -> tuple[Word, Word]:
        adjective = self.chance.choices(ADJECTIVES, cum_weights=WORDS_FREQUENT[len(ADJECTIVES)])[0]
        return adjective, self.chance.choices(NOUNS, cum_weights=WORDS_FREQUENT[len(NOUNS)])[0]

    def _labels(self, type_: str, actors: list[int]) -> dict[str, str]:
        (adjective, adjective_ar), (noun, noun_ar) = self._topic()
        names = [self.data.actor(actor)[1] for actor in actors[:2]]
        english = (
            f"{label('event-types', type_)}: {' and '.join(name for name, _ in names)} over the {adjective} {noun}"
        )
        type_ar = code_list("event-types").codes[type_]["label"]["ar"]
        return {
            "en": english,
            "ar": f"{type_ar}: {' و '.join(name for _, name in names)} بشأن {noun_ar} {adjective_ar}",
        }

    def _date(self) -> Row:
        start = max(FIRST, self.day - timedelta(days=self.chance.choices((0, 1, 2, 5), (5, 3, 1, 1))[0]))
        if self._often(SPANNING):
            return _span(start, start + timedelta(days=self.chance.randrange(1, 10)), "range")
        return _span(start, start, "day")

    def _participant(self, event: str, position: int, actor: int, type_: str, day: date) -> Row:
        role = ("initiator", "target")[position] if position < 2 else self.chance.choice(OTHERS)  # noqa: PLR2004
        role = "participant" if type_ in EQUALS else role
        country = self.data.actor(actor)[0]["country"].lower()
        behalf = f"state-{country}" if actor >= len(countries()) and self._often(LINKED) else None
        row = {"event_id": event, "position": position, "actor_id": self.data.key(actor), "role": role}
        return {**row, "side": side_of(role), "on_behalf_of_id": behalf, "start_on": day}

    def _evidence(self, owner: str, key: str, exact: str) -> Row:
        prefix, start = self.text[-30:], len(self.text)
        self.text += f"{exact}. "
        where = {"exact": exact, "prefix": prefix, "suffix": ".", "start_at": start, "end_at": start + len(exact)}
        row = {owner: key, "article_id": self.id, "field": None, "language": self.language, "verified": True}
        return {**row, **where, "position": 0}

    def _figure(self, event: str) -> Row:
        kind, value = (
            self.chance.choice(("killed", "injured", "people_displaced")),
            float(self.chance.randrange(1, 400)),
        )
        row = {"event_id": event, "kind": kind, "value": value, "qualifier": "at_least", "unit": None}
        return {**row, "article_id": self.id, "position": 0}

    def _account(self, event: str, actors: list[int]) -> Row:
        stance = self.chance.choices(("asserts", "denies", "doubts"), (6, 3, 1))[0]
        row = {"event_id": event, "article_id": self.id, "actor_id": self.data.key(actors[0]), "stance": stance}
        return {**row, "note": None, "differs": [], "position": 0}

    def _statement(self, number: int, events: list[Draft]) -> Draft:
        chance, key = self.chance, f"{self.id}-s{number + 1}"
        act = chance.choices(ACTS, cum_weights=ACTS_FREQUENT)[0]
        actors = list(dict.fromkeys(self._actors(2)))
        (adjective, adjective_ar), (noun, noun_ar) = self._topic()
        words = {
            "en": f"The {adjective} {noun} must not be forgotten",
            "ar": f"لا ينبغي نسيان {noun_ar} {adjective_ar}",
        }
        span = self._date()
        event = chance.choice(events).id if self._often(LINKED) else None
        row: Row = {"id": key, "article_id": self.id, "speaker_id": self.data.key(actors[0]), "role": None}
        row |= {"on_behalf_of_id": None, **span, "medium": chance.choice(codes("media")), "venue_id": None}
        row |= {
            "act": act,
            "gist": f"{act}: {words['en']}",
            "gists": {"en": f"{act}: {words['en']}", "ar": words["ar"]},
        }
        row |= self._quote(words) | {"conditional": False, "condition": None, "event_id": event, "utterance": None}
        draft = Draft(Statement, {**row, "language": self.language, "note": None})
        draft.parts[Addressee] = [
            {"statement_id": key, "position": position, "actor_id": self.data.key(actor), "start_on": span["start_on"]}
            for position, actor in enumerate(actors[1:])
        ]
        topic = chance.choice(codes("topics"))
        draft.parts[StatementTopic] = [{"statement_id": key, "position": 0, "topic": topic}]
        draft.parts[Evidence] = [self._evidence("statement_id", key, words[self.language])]
        return draft

    def _quote(self, words: dict[str, str]) -> Row:
        if self._often(INDIRECT):
            return {"directness": "indirect", **dict.fromkeys(_QUOTE)}
        other = "ar" if self.language == "en" else "en"
        values = (words[self.language], self.language, False, {other: words[other]})
        return {"directness": "direct", **dict(zip(_QUOTE, values, strict=True))}


_QUOTE = ("quote_text", "quote_language", "quote_is_translation", "quote_translation")


def _span(start: date, end: date, precision: str) -> Row:
    return {"start_on": start, "end_on": end, "precision": precision}


def _relation(event: str, type_: str, to: str) -> Row:
    return {"event_id": event, "position": 0, "type": type_, "to_event_id": to, "to_statement_id": None}
