"""The parts of events and statements: their actors, their place, their date, the words that prove them."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from app.importing.annotated_text.dating import date_of
from app.importing.annotated_text.joining import ACTORS, REFERENCE, Joined
from app.importing.annotated_text.naming import Code, Names, slug, tidy
from app.importing.annotated_text.shape import Mark
from app.importing.records import Skipped
from app.loading.offsets import starts_of


@dataclass
class Maker:
    """An article in the making: its text, its id, and what was made of its marks so far.

    `speaker` is the id of who says what no speaker is marked for.
    """

    text: Joined
    names: Names
    article: str
    language: str
    speaker: str | None = None
    skipped: list[Skipped] = field(default_factory=list)
    actors: dict[str, str | None] = field(default_factory=dict)
    made: dict[str, str] = field(default_factory=dict)


def code_of(mark: Mark) -> Code | None:
    """The scheme and the code that MARK refers to, such as `wikidata:Q58217`."""
    scheme, _, code = mark.attributes.get(REFERENCE, "").partition(":")
    scheme = slug(scheme) if scheme else ""
    return (scheme, code.strip()) if scheme and code.strip() else None


def actor_of(maker: Maker, mark: Mark) -> str | None:
    """The id of the actor that MARK names or refers to; None if no rule makes it an actor."""
    group = maker.text.group[mark.id]
    if group not in maker.actors:
        maker.actors[group] = _known_or_made(maker, maker.text.members[group])
    return maker.actors[group]


def _known_or_made(maker: Maker, members: list[Mark]) -> str | None:
    rules = [(mark, maker.text.rules[mark.id]) for mark in members if mark.id in maker.text.rules]
    naming = [(mark, rule) for mark, rule in rules if rule.use in (*ACTORS, "place") and maker.text.names(mark)]
    spelled = Counter(name for mark, _rule in naming if (name := tidy(maker.text.words(mark))))
    if not spelled:
        return None
    # The commonest spelling first; among equally common ones the longest, then the one that came first.
    names = sorted(spelled, key=lambda name: (-spelled[name], -len(name)))
    rule = next((rule for _mark, rule in naming if rule.use == "actor"), naming[0][1])
    kind = rule.kind if rule.use != "place" else "state" if rule.precision == "country" else "other"
    code = next((found for mark, _rule in naming if (found := code_of(mark))), None)
    return maker.names.actor(names, maker.language, (kind, rule.country), code)


def place_of(maker: Maker, anchor: Mark) -> str | None:
    """The id of the place that is linked to ANCHOR, if there is one."""
    found = maker.text.filling(anchor, "place")
    if len(found) > 1:
        maker.text.remarks["an event has several places; the first was taken"] += 1
    for mark in found:
        rule = maker.text.rules.get(mark.id)
        if rule and rule.use in ("place", *ACTORS):
            precision = rule.precision if rule.use == "place" else "country" if rule.kind == "state" else "region"
            return maker.names.place(tidy(maker.text.words(mark)), maker.language, precision, rule.country)
        maker.text.remarks[f"a place marked {mark.label} is not one by any rule"] += 1
    return None


def date_at(maker: Maker, anchor: Mark) -> str | None:
    """The date that is linked to ANCHOR, if there is one that can be read."""
    for mark in maker.text.filling(anchor, "date"):
        told = (mark.attributes.get("value", ""), maker.text.words(mark))
        if found := next((date for one in told if one and (date := date_of(one, maker.language))), None):
            return found
        maker.text.remarks["a date cannot be read as a day, a month or a year"] += 1
    return None


def relations_of(maker: Maker, anchor: Mark) -> list[dict[str, Any]]:
    """Relations to marks; whether these become records is not known yet."""
    joins = [(rule, mark) for rule, mark in maker.text.fillers[anchor.id] if rule.use == "relation"]
    return [{"type": rule.relation, "target": f"?{mark.id}"} for rule, mark in joins if mark.id != anchor.id]


def evidence_of(maker: Maker, anchor: Mark) -> list[dict[str, Any]]:
    """The words that ANCHOR marks, and those that are linked to it as evidence."""
    more = [mark for rule, mark in maker.text.fillers[anchor.id] if rule.use == "evidence"]
    return distinct(
        [words for mark in (anchor, *more) for words in words_at(maker, mark, mark.attributes.get("Field"))]
    )


def distinct(proof: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """PROOF without repetitions."""
    return list({tuple(sorted(one.items(), key=str)): one for one in proof}.values())


def words_at(maker: Maker, mark: Mark, field_: str | None) -> list[dict[str, Any]]:
    """The words that MARK covers, as evidence."""
    text = maker.text.read.text
    told = {"field": field_} if field_ else {}
    if text is None:
        return [{"exact": mark.words, "prefix": mark.prefix, "suffix": mark.suffix, **told}] if mark.words else []
    return [{**exactly(text, start, end), **told} for start, end in mark.parts]


def exactly(text: str, start: int, end: int) -> dict[str, Any]:
    """The words of TEXT from START to END as evidence, with their ordinal if the text has them several times."""
    exact = text[start:end]
    starts = list(starts_of(text, exact))
    return {"exact": exact} if len(starts) == 1 else {"exact": exact, "occurrence": starts.index(start) + 1}
