"""Making an article in the format of the seed from an annotated text, with a mapping."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import langcodes
from pydantic import ValidationError

from app.importing.annotated_text.dating import date_of
from app.importing.annotated_text.filling import Maker, actor_of, code_of
from app.importing.annotated_text.guessing import language_of
from app.importing.annotated_text.joining import ACTORS, Joined, joined
from app.importing.annotated_text.mapping import Mapping
from app.importing.annotated_text.naming import Code, Names, slug, tidy
from app.importing.annotated_text.records import RECORD, record_in
from app.importing.annotated_text.shape import AnnotatedText
from app.importing.annotated_text.telling import event_at, shortened, statement_at
from app.importing.crosswalks.languages import language
from app.importing.records import Skipped
from app.loading.annotated import Article, Event, Statement

_LONGEST_TITLE = 200
_MOST_FIELDS = 200
_TIES = ("relations", "event")
_URL = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class Made:
    """An article, what of its annotation was at fault, and remarks on what else was left out, with counts."""

    article: Article
    skipped: list[Skipped]
    remarks: Counter[str]


def make(read: AnnotatedText, mapping: Mapping, names: Names, known: str | None) -> Made:
    """The article that READ becomes. If it marks words of a stored article, KNOWN is the id of that.

    New actors and places go to NAMES.
    """
    text = joined(read, mapping)
    meta = said_of(read, mapping)
    if unnamed := sorted({*read.meta} - {*mapping.meta, *known_fields(read)} - {RECORD}):
        text.remarks[f"fields beside the text that are not mapped: {shortened(', '.join(unnamed), _MOST_FIELDS)}"] += 1
    base = record_in(read.meta.get(RECORD)) if mapping.records else None
    language = _language(text, meta.get("language") or (base or {}).get("language")) or _mapped(text, mapping.language)
    key = known or (base or {}).get("id") or f"{names.dataset}:{slug(read.name)}"
    maker = Maker(text, names, key, language)
    if speaker := meta.get("speaker"):
        maker.speaker = names.actor([speaker], language, ("person", None), None)
    events = list(_each(maker, "event", event_at))
    statements = [*_each(maker, "statement", statement_at), *_each(maker, "quotation", statement_at)]
    _make_the_rest(maker)
    content = {**_article(maker, meta), **(base or {})}
    return Made(
        Article.model_validate({**content, "events": _tied(maker, events), "statements": _tied(maker, statements)}),
        maker.skipped,
        text.remarks + Counter(read.remarks),
    )


def _language(text: Joined, said: str | None) -> str | None:
    """The language that a text says it is in, by tag or name, as a tag; None if that is not a language."""
    if said is None:
        return None
    tag = language(said)
    if tag is None:
        text.remarks[f"{said!r} is not a language"] += 1
    return tag


def _mapped(text: Joined, tag: str) -> str:
    """TAG, the language of texts that do not say theirs; und for one that is in no script of such a language."""
    script = langcodes.Language.get(tag).maximize().script
    if script == "Latn" and language_of(text.read.text or "") not in ("en", "und"):
        text.remarks[f"a text is not in the script of its language {tag}, which is left open"] += 1
        return "und"
    return tag


def names_in(read: AnnotatedText, mapping: Mapping) -> Iterator[str]:
    """Everything in READ that may be the name of an actor or a place."""
    text = joined(read, mapping)
    for mark in read.marks:
        if text.use(mark) in (*ACTORS, "place"):
            yield text.words(mark)
    meta = said_of(read, mapping)
    yield from (meta[use] for use in ("publisher", "speaker") if use in meta)


def codes_in(read: AnnotatedText) -> set[Code]:
    """The codes that marks of READ refer to."""
    return {code for mark in read.marks if (code := code_of(mark))}


def said_of(read: AnnotatedText, mapping: Mapping) -> dict[str, str]:
    """What READ says about itself, by what it means to us."""
    known = known_fields(read)
    found = {known[key]: value for key, value in read.meta.items() if key in known}
    for key, value in read.meta.items():
        if (rule := mapping.meta.get(key)) and rule.use != "ignore" and value.strip():
            found[rule.use] = value.strip()
    return found


def known_fields(read: AnnotatedText) -> dict[str, str]:
    """The fields whose meaning is known without a mapping: those of a page that is elsewhere."""
    return {"source": "source_url", "title": "title"} if read.text is None else {}


def _article(maker: Maker, meta: dict[str, str]) -> dict[str, Any]:
    """The article without what it tells."""
    text = maker.text.read.text
    titles = [maker.text.words(mark) for mark in maker.text.read.marks if maker.text.use(mark) == "title"]
    first = (text or "").strip().partition("\n")[0]
    title = (titles[:1] or [meta.get("title") or first or maker.text.read.name])[0]
    url = meta.get("source_url", "")
    if text and url and not _URL.fullmatch(url):
        maker.text.remarks[f"{shortened(url, _MOST_FIELDS)!r} is not an address of a page, and is left out"] += 1
    publisher = meta.get("publisher")
    published = meta.get("published")
    if published and not date_of(published, maker.language):
        maker.text.remarks[f"the date of publication {published!r} cannot be read"] += 1
    return {
        "id": maker.article,
        "source_url": url if _URL.fullmatch(url) else None,
        "publisher": maker.names.actor([publisher], maker.language, ("media", None), None) if publisher else None,
        "language": maker.language,
        "title": {maker.language: shortened(tidy(title), _LONGEST_TITLE)},
        "published": date_of(published, maker.language) if published else None,
        "text_kind": maker.text.mapping.text_kind if text else "none",
        "rights": maker.text.mapping.rights,
        "text": text,
    }


def _each(maker: Maker, use: str, make_one: Any) -> Iterator[dict[str, Any]]:
    """A record for each mark that is a USE; which mark became which record is noted."""
    parts = {mark.id for marks in maker.text.fillers.values() for rule, mark in marks if rule.use == "quotation"}
    for mark in maker.text.read.marks:
        if maker.text.use(mark) != use or (use == "quotation" and mark.id in parts):
            continue
        record = make_one(maker, mark, maker.text.rules[mark.id])
        if record is None:
            continue
        model = Event if use == "event" else Statement
        try:
            # Without its ties, because it is not known yet whether these marks become records.
            model.model_validate({name: value for name, value in record.items() if name not in _TIES})
        except ValidationError as error:
            why = f"the {use} {mark.id} makes no record: {faults_of(error)}"
            maker.skipped.append(Skipped(mark.line, why, str(record)[:500]))
        else:
            maker.made[mark.id] = record["id"]
            yield record


def _make_the_rest(maker: Maker) -> None:
    """Make actors and places that nothing is linked to, if their rules want that."""
    for mark in maker.text.read.marks:
        rule = maker.text.rules.get(mark.id)
        if rule and rule.alone and rule.use == "actor" and maker.text.names(mark):
            actor_of(maker, mark)
        elif rule and rule.alone and rule.use == "place":
            maker.names.place(tidy(maker.text.words(mark)), maker.language, rule.precision, rule.country)


def _tied(maker: Maker, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """RECORDS with ids of records for the marks that they name; ties to marks that became no record are dropped."""
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


def _tie(maker: Maker, target: str) -> str | None:
    if not target.startswith("?"):
        return target
    found = maker.made.get(target[1:])
    if found is None:
        maker.text.remarks["a relation to a mark that did not become a record is dropped"] += 1
    return found


def faults_of(error: ValidationError) -> str:
    """The first faults of what was made, for a person."""
    return "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()[:3])
