"""An annotated text as an article in the seed's own format, by a mapping."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson
from pydantic import ValidationError

from app.codes import label as code_label
from app.importing.annotated_text.dating import date_of
from app.importing.annotated_text.joining import ACTORS, REFERENCE, Joined, joined
from app.importing.annotated_text.mapping import LabelRule, Mapping
from app.importing.annotated_text.naming import Names, slug, tidy
from app.importing.annotated_text.quoting import Said, said
from app.importing.annotated_text.shape import AnnotatedText, Mark
from app.importing.records import Skipped
from app.loading.annotated import Article, Event, Statement
from app.loading.checking import OMISSION

_LONGEST_TITLE = 200
_LONGEST_SUMMARY = 400
_SENTENCE_ENDS = re.compile(r"[.!?。؟…](?=\s)|\n")
_URL = re.compile(r"https?://\S+")
RECORD = "record"
# What a reader calls the note in which our own export keeps a record.
NOTES = ("AnnotatorNotes", RECORD)


@dataclass(frozen=True, slots=True)
class Made:
    """An article, what of its annotation could not be used, and how often what was left out without fault."""

    article: Article
    skipped: list[Skipped]
    remarks: Counter[str]


@dataclass
class _Maker:
    text: Joined
    names: Names
    article: str
    language: str
    skipped: list[Skipped] = field(default_factory=list)
    actors: dict[str, str | None] = field(default_factory=dict)
    made: dict[str, str] = field(default_factory=dict)


def make(read: AnnotatedText, mapping: Mapping, names: Names, name: str, known: str | None = None) -> Made:
    """The article that READ is, called NAME, or the KNOWN one of that id whose words it marks.

    Actors and places that are new go to NAMES.
    """
    text = joined(read, mapping)
    meta = _meta(read, mapping)
    base = _record(read.meta.get(RECORD)) if mapping.records else None
    language = meta.get("language") or mapping.language
    key = known or (base or {}).get("id") or f"{names.dataset}:{slug(meta.get('id') or name)}"
    maker = _Maker(text, names, key, language)
    events = list(_each(maker, "event", _event))
    statements = [*_each(maker, "statement", _statement), *_each(maker, "quotation", _statement)]
    _make_the_rest(maker)
    content = {**_article(maker, meta, name), **(base or {})}
    return Made(
        Article.model_validate({**content, "events": _tied(maker, events), "statements": _tied(maker, statements)}),
        maker.skipped,
        text.remarks + Counter(read.remarks),
    )


def names_in(read: AnnotatedText, mapping: Mapping) -> Iterator[str]:
    """Everything in READ that may be the name of an actor or a place."""
    text = joined(read, mapping)
    for mark in read.marks:
        if text.use(mark) in (*ACTORS, "place"):
            yield text.words(mark)
    if publisher := _meta(read, mapping).get("publisher"):
        yield publisher


def codes_in(read: AnnotatedText) -> set[tuple[str, str]]:
    """The codes that marks of READ refer to."""
    return {code for mark in read.marks if (code := _code(mark))}


def _code(mark: Mark) -> tuple[str, str] | None:
    scheme, _, code = mark.attributes.get(REFERENCE, "").partition(":")
    scheme = slug(scheme) if scheme else ""
    return (scheme, code.strip()) if scheme and code.strip() else None


def _meta(read: AnnotatedText, mapping: Mapping) -> dict[str, str]:
    """What READ says of itself, by what it is to us."""
    known = {"source": "source_url", "title": "title"} if read.text is None else {}
    found = {known[key]: value for key, value in read.meta.items() if key in known}
    for key, value in read.meta.items():
        if (rule := mapping.meta.get(key)) and rule.use != "ignore" and value.strip():
            found[rule.use] = value.strip()
    return found


def _record(source: str | None) -> dict[str, Any] | None:
    try:
        found = orjson.loads(source or "")
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None


def _article(maker: _Maker, meta: dict[str, str], name: str) -> dict[str, Any]:
    """The article itself, without what it tells."""
    text = maker.text.read.text
    titles = [maker.text.words(mark) for mark in maker.text.read.marks if maker.text.use(mark) == "title"]
    first = (text or "").strip().partition("\n")[0]
    title = (titles[:1] or [meta.get("title") or first or name])[0]
    url = meta.get("source_url", "")
    publisher = meta.get("publisher")
    published = meta.get("published")
    if published and not date_of(published, maker.language):
        maker.text.remarks[f"the date of publication {published!r} cannot be read"] += 1
    return {
        "id": maker.article,
        "source_url": url if _URL.fullmatch(url) else None,
        "publisher": maker.names.actor([publisher], maker.language, ("media", None), None) if publisher else None,
        "language": maker.language,
        "title": {maker.language: _short(tidy(title), _LONGEST_TITLE)},
        "published": date_of(published, maker.language) if published else None,
        "text_kind": maker.text.mapping.text_kind if text else "none",
        "rights": maker.text.mapping.rights,
        "text": text,
    }


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _each(maker: _Maker, use: str, make_one: Any) -> Iterator[dict[str, Any]]:
    """A record for each mark that is a USE, with the id of the mark noted."""
    parts = {mark.id for marks in maker.text.fillers.values() for rule, mark in marks if rule.use == "quotation"}
    for mark in maker.text.read.marks:
        if maker.text.use(mark) != use or (use == "quotation" and mark.id in parts):
            continue
        record = make_one(maker, mark, maker.text.rules[mark.id])
        if record is None:
            continue
        model = Event if use == "event" else Statement
        try:
            model.model_validate(record)
        except ValidationError as error:
            told = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()[:3])
            maker.skipped.append(Skipped(mark.line, f"the {use} {mark.id} makes no record: {told}", str(record)[:500]))
        else:
            maker.made[mark.id] = record["id"]
            yield record


def _kept(maker: _Maker, mark: Mark) -> dict[str, Any] | None:
    """The record that our own export put into a note of MARK."""
    if not maker.text.mapping.records:
        return None
    return next((found for name in NOTES if (found := _record(mark.attributes.get(name)))), None)


def _event(maker: _Maker, mark: Mark, rule: LabelRule) -> dict[str, Any] | None:
    if kept := _kept(maker, mark):
        return {**kept, "evidence": _evidence(maker, mark)}
    words = maker.text.words(mark)
    kind = _by_words(rule.types, _looked_at(mark, rule, words)) or rule.type
    if kind is None:
        maker.skipped.append(Skipped(mark.line, f"no rule gives the event {words!r} ({mark.label}) a type", mark.id))
        return None
    participants = _participants(maker, mark)
    named = [_name_of(maker, one) for one in participants]
    date = _date(maker, mark)
    return {
        "id": f"{maker.article}-e-{slug(mark.id)}",
        "type": kind,
        "label": {"en": _short(f"{code_label('event-types', kind)}: {', '.join(dict.fromkeys(named)) or words}", 300)},
        "summary": _sentence(maker.text.read.text, mark),
        **({"date": date} if date else {}),
        "place": _place(maker, mark),
        "status": rule.status,
        "participants": [part for part, _mark in participants],
        "relations": _relations(maker, mark),
        "evidence": _evidence(maker, mark)
        + [words for _part, one in participants for words in _words(maker, one, "participants")],
    }


def _name_of(maker: _Maker, participant: tuple[dict[str, Any], Mark]) -> str:
    return tidy(maker.text.words(participant[1]))


def _looked_at(mark: Mark, rule: LabelRule, words: str) -> str:
    return mark.attributes.get(rule.by, "") if rule.by else words


def _by_words(codes: dict[str, Any], words: str) -> str | None:
    """The code of the longest key that WORDS begin with."""
    folded = words.casefold()
    fitting = [key for key in codes if folded.startswith(key.casefold())]
    return codes[max(fitting, key=len)] if fitting else None


def _participants(maker: _Maker, anchor: Mark) -> list[tuple[dict[str, Any], Mark]]:
    """Who took part, each in a role once, with the words that name him there; and for whom."""
    behalf = next((key for mark in maker.text.filling(anchor, "on_behalf_of") if (key := _actor(maker, mark))), None)
    found: dict[tuple[str, str], Mark] = {}
    for rule, mark in maker.text.fillers[anchor.id]:
        if rule.use in ("participant", "speaker", "addressee"):
            role = {"speaker": "initiator", "addressee": "addressee"}.get(rule.use, rule.role)
            if key := _actor(maker, mark):
                found.setdefault((key, role), mark)
            else:
                maker.text.remarks[f"a participant marked {mark.label} is nobody that a rule makes an actor"] += 1
    return [({"actor": key, "role": role, "on_behalf_of": behalf}, mark) for (key, role), mark in found.items()]


def _actor(maker: _Maker, mark: Mark) -> str | None:
    """The id of the actor that MARK names or stands for; None if no rule makes it one."""
    group = maker.text.group[mark.id]
    if group not in maker.actors:
        maker.actors[group] = _known_or_made(maker, maker.text.members[group])
    return maker.actors[group]


def _known_or_made(maker: _Maker, members: list[Mark]) -> str | None:
    rules = [(mark, maker.text.rules[mark.id]) for mark in members if mark.id in maker.text.rules]
    naming = [(mark, rule) for mark, rule in rules if rule.use in (*ACTORS, "place") and rule.named]
    spelled = Counter(name for mark, _rule in naming if (name := tidy(maker.text.words(mark))))
    if not spelled:
        return None
    # The commonest spelling, of these the longest, of these the first.
    names = sorted(spelled, key=lambda name: (-spelled[name], -len(name)))
    rule = next((rule for _mark, rule in naming if rule.use == "actor"), naming[0][1])
    kind = rule.kind if rule.use != "place" else "state" if rule.precision == "country" else "other"
    code = next((found for mark, _rule in naming if (found := _code(mark))), None)
    return maker.names.actor(names, maker.language, (kind, rule.country), code)


def _place(maker: _Maker, anchor: Mark) -> str | None:
    found = maker.text.filling(anchor, "place")
    if len(found) > 1:
        maker.text.remarks["an event has several places; the first stands"] += 1
    for mark in found:
        rule = maker.text.rules.get(mark.id)
        if rule and rule.use in ("place", *ACTORS):
            precision = rule.precision if rule.use == "place" else "country" if rule.kind == "state" else "region"
            return maker.names.place(tidy(maker.text.words(mark)), maker.language, precision, rule.country)
        maker.text.remarks[f"a place marked {mark.label} is none by any rule"] += 1
    return None


def _date(maker: _Maker, anchor: Mark) -> str | None:
    for mark in maker.text.filling(anchor, "date"):
        told = (mark.attributes.get("value", ""), maker.text.words(mark))
        if found := next((date for one in told if one and (date := date_of(one, maker.language))), None):
            return found
        maker.text.remarks["a date cannot be read as a day, a month or a year"] += 1
    return None


def _relations(maker: _Maker, anchor: Mark) -> list[dict[str, Any]]:
    """Relations to marks, of which it is not yet known whether they become records."""
    joins = [(rule, mark) for rule, mark in maker.text.fillers[anchor.id] if rule.use == "relation"]
    return [{"type": rule.relation, "target": f"?{mark.id}"} for rule, mark in joins if mark.id != anchor.id]


def _statement(maker: _Maker, mark: Mark, rule: LabelRule) -> dict[str, Any] | None:
    if kept := _kept(maker, mark):
        return {**kept, "evidence": _evidence(maker, mark)}
    contents = maker.text.filling(mark, "quotation") or ([mark] if rule.use == "quotation" else [])
    if not contents:
        maker.skipped.append(Skipped(mark.line, f"the statement {mark.id} ({mark.label}) has no words said", mark.id))
        return None
    words = _said(maker, contents, rule)
    cues = maker.text.filling(mark, "cue") + ([mark] if rule.use == "statement" else [])
    speakers, addressees = maker.text.filling(mark, "speaker"), maker.text.filling(mark, "addressee")
    events = maker.text.filling(mark, "event")
    date = _date(maker, mark)
    proof = [each for one in contents for each in _words(maker, one, None)]
    proof += [each for one in cues for each in _words(maker, one, "act")]
    proof += [each for one in speakers for each in _words(maker, one, "speaker")]
    proof += [each for one in addressees for each in _words(maker, one, "addressees")]
    return {
        "id": f"{maker.article}-s-{slug(mark.id)}",
        "speaker": _speaker(maker, speakers),
        "on_behalf_of": next(
            (key for one in maker.text.filling(mark, "on_behalf_of") if (key := _actor(maker, one))), None
        ),
        "addressees": list(dict.fromkeys(key for one in addressees if (key := _actor(maker, one)))),
        **({"date": date} if date else {}),
        "directness": words.directness,
        "act": _act(maker, mark, rule, cues),
        "gist": {maker.language: words.whole},
        "quote": {"text": words.quote, "language": maker.language} if words.quote else None,
        "event": f"?{events[0].id}" if events else None,
        "relations": _relations(maker, mark),
        "evidence": _distinct(proof),
    }


def _said(maker: _Maker, contents: list[Mark], rule: LabelRule) -> Said:
    rules = [maker.text.rules[one.id] for one in contents if one.id in maker.text.rules]
    told = next((one.directness for one in [*rules, rule] if one.directness), None)
    text = maker.text.read.text
    if text is None:
        whole = OMISSION.join(maker.text.words(one) for one in contents)
        return Said(told or "direct", whole, None if told == "indirect" else whole)
    return said(text, tuple(sorted({part for one in contents for part in one.parts})), told)


def _speaker(maker: _Maker, speakers: list[Mark]) -> str | None:
    """Who said it, as far as it is marked: nobody is guessed."""
    found = list(dict.fromkeys(key for one in speakers if (key := _actor(maker, one))))
    if len(found) > 1:
        maker.text.remarks["a statement has several speakers; the first stands"] += 1
    if not found:
        why = "whose words name nobody" if speakers else "without a speaker"
        maker.text.remarks[f"a statement {why}: its speaker is null"] += 1
    return found[0] if found else None


def _act(maker: _Maker, mark: Mark, rule: LabelRule, cues: list[Mark]) -> str:
    for cue in [mark, *cues]:
        own = maker.text.rules.get(cue.id)
        if own and (found := _by_words(own.acts, _looked_at(cue, own, maker.text.words(cue)))):
            return found
    return rule.act


def _evidence(maker: _Maker, anchor: Mark) -> list[dict[str, Any]]:
    """The words that ANCHOR marks, and those that are linked to it as more evidence."""
    more = [mark for rule, mark in maker.text.fillers[anchor.id] if rule.use == "evidence"]
    return _distinct([words for mark in (anchor, *more) for words in _words(maker, mark, mark.attributes.get("Field"))])


def _distinct(proof: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({tuple(sorted(one.items(), key=str)): one for one in proof}.values())


def _words(maker: _Maker, mark: Mark, field_: str | None) -> list[dict[str, Any]]:
    """The words that MARK covers, as evidence: told from the same words elsewhere by their ordinal."""
    text = maker.text.read.text
    told = {"field": field_} if field_ else {}
    if text is None:
        return [{"exact": mark.words, "prefix": mark.prefix, "suffix": mark.suffix, **told}] if mark.words else []
    return [{**_exactly(text, start, end), **told} for start, end in mark.parts]


def _exactly(text: str, start: int, end: int) -> dict[str, Any]:
    exact = text[start:end]
    before, at = 0, text.find(exact)
    while at < start:
        before, at = before + 1, text.find(exact, at + 1)
    alone = not before and text.find(exact, at + 1) < 0
    return {"exact": exact} if alone else {"exact": exact, "occurrence": before + 1}


def _sentence(text: str | None, mark: Mark) -> str | None:
    """The sentence of TEXT that MARK begins in, on one line."""
    if text is None or not mark.parts:
        return mark.words
    start = max((match.end() for match in _SENTENCE_ENDS.finditer(text, 0, mark.start)), default=0)
    ends = _SENTENCE_ENDS.search(text, mark.end)
    return _short(tidy(text[start : ends.end() if ends else len(text)]), _LONGEST_SUMMARY) or None


def _make_the_rest(maker: _Maker) -> None:
    """Actors and places that nothing is linked to, where the rule wants them."""
    for mark in maker.text.read.marks:
        rule = maker.text.rules.get(mark.id)
        if rule and rule.alone and rule.named and rule.use == "actor":
            _actor(maker, mark)
        elif rule and rule.alone and rule.use == "place":
            maker.names.place(tidy(maker.text.words(mark)), maker.language, rule.precision, rule.country)


def _tied(maker: _Maker, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """RECORDS with the marks that they name as ids of records; ties to what became none are dropped."""
    for record in records:
        kept = []
        for relation in record.get("relations") or ():
            target = _tie(maker, relation["target"])
            if target and target != record["id"]:
                kept.append({**relation, "target": target})
        if "relations" in record:
            record["relations"] = kept
        if record.get("event"):
            record["event"] = _tie(maker, record["event"])
    return records


def _tie(maker: _Maker, target: str) -> str | None:
    if not target.startswith("?"):
        return target
    found = maker.made.get(target[1:])
    if found is None:
        maker.text.remarks["a relation to what became no record is dropped"] += 1
    return found
