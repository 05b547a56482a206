"""Imported records as drafts, like those of a folder of annotated articles."""

from functools import lru_cache
from typing import Any

from app.importing.crosswalks.cameo import cameo
from app.importing.identifiers import clean, identifier, named, without_control
from app.importing.records import Coded, Said, Words
from app.importing.resolving import Resolver
from app.importing.titles import UNKNOWN_LANGUAGE, label_of
from app.loading.coding import coded, side_of
from app.loading.drafts import Draft, Row
from app.loading.offsets import select
from app.loading.parts import selected
from app.models import Addressee, Event, EventCode, Evidence, Figure, Participant, Statement

LONGEST_GIST = 300
_IN_COLUMNS = ("cameo", "plover")


def event_draft(event: Coded, names: Resolver) -> Draft:
    """EVENT as a draft. Its names have been prepared."""
    key = identifier(names.dataset, event.key)
    labels = event.labels or {"en": label_of(event)}
    draft = Draft(
        Event,
        {
            "id": key,
            "type": event.type,
            "label": labels.get("en") or next(iter(labels.values())),
            "labels": labels,
            "summary": clean(event.summary) or None if event.summary else None,
            "start_on": event.date.start,
            "end_on": event.date.end,
            "precision": event.date.precision,
            "place_id": names.id_of(event.place) if event.place else None,
            "status": event.status,
            **_codes(event),
        },
    )
    draft.parts[EventCode] = _event_codes(key, draft.row)
    draft.parts[Participant] = _participants(key, event, names)
    draft.parts[Evidence] = [
        _evidence("event_id", key, position, words, names) for position, words in enumerate(event.evidence)
    ]
    if event.figures and event.evidence:
        article = draft.parts[Evidence][0]["article_id"]
        draft.parts[Figure] = [
            {
                "event_id": key,
                "position": position,
                "kind": amount.kind,
                "value": amount.value,
                "qualifier": amount.qualifier,
                "unit": amount.unit,
                "article_id": article,
            }
            for position, amount in enumerate(event.figures)
        ]
    return draft


def statement_draft(said: Said, names: Resolver) -> Draft:
    """SAID as a draft. Its names have been prepared."""
    key = identifier(names.dataset, said.key)
    quote = clean(said.quote)
    language = said.language or said.evidence[0].document.language or UNKNOWN_LANGUAGE
    gist = quote if len(quote) <= LONGEST_GIST else quote[: LONGEST_GIST - 1] + "…"
    nothing = ("role", "on_behalf_of_id", "venue_id", "quote_is_translation", "quote_translation", "condition")
    draft = Draft(
        Statement,
        {
            "id": key,
            "article_id": names.id_of(said.evidence[0].document),
            "speaker_id": names.id_of(said.speaker) if said.speaker else None,
            "start_on": said.date.start,
            "end_on": said.date.end,
            "precision": said.date.precision,
            "medium": "unknown",
            "directness": "direct",
            "act": said.act,
            "gist": gist,
            "gists": {language: gist},
            "quote_text": quote,
            "quote_language": language,
            "conditional": False,
            "event_id": None,
            "utterance": None,
            "language": said.evidence[0].document.language or UNKNOWN_LANGUAGE,
            "note": None,
            **dict.fromkeys(nothing),
        },
    )
    draft.parts[Addressee] = [
        {"statement_id": key, "position": position, "actor_id": actor, "start_on": said.date.start}
        for position, actor in enumerate(dict.fromkeys(map(names.id_of, said.addressees)))
    ]
    draft.parts[Evidence] = [
        _evidence("statement_id", key, position, words, names) for position, words in enumerate(said.evidence)
    ]
    return draft


def _codes(event: Coded) -> Row:
    """The codes of EVENT; if the source gives none, those of its type."""
    ours = coded(event.type)
    given = {
        "cameo": event.cameo,
        "plover": event.plover,
        "quad_class": event.quad_class,
        "goldstein": event.goldstein,
    }
    if not (event.cameo or event.plover):
        given = ours | {name: value for name, value in given.items() if value is not None}
    return {
        **given,
        "goldstein_table": _other_score(event.cameo, event.goldstein) if event.cameo else None,
        # Cut like names, because codes are indexed too.
        "originals": {scheme: named(code) for scheme, code in event.originals.items()},
        "measures": event.measures,
    }


@lru_cache(maxsize=10_000)
def _other_score(code: str, given: float | None) -> float | None:
    """The score of CODE in the table, if it differs from the one GIVEN."""
    known = cameo(code)
    score = known.score("gdelt") if known else None
    return None if given is None or score == given else score


def _event_codes(key: str, row: Row) -> list[Row]:
    """The source's codes, except those that a column of the event's ROW has."""
    return [
        {"event_id": key, "scheme": scheme, "code": code}
        for scheme, code in row["originals"].items()
        if not (scheme in _IN_COLUMNS and row[scheme] == code)
    ]


def _participants(key: str, event: Coded, names: Resolver) -> list[Row]:
    sided = (("source", event.sources), ("target", event.targets), ("participant", event.others))
    parties = (*event.sources, *event.targets, *event.others)
    roles = event.roles or [role for role, listed in sided for _party in listed]
    return [
        {
            "event_id": key,
            "position": position,
            "actor_id": names.id_of(party),
            "role": role,
            "side": side_of(role),
            "on_behalf_of_id": None,
            "start_on": event.date.start,
        }
        for position, (role, party) in enumerate(zip(roles, parties, strict=True))
    ]


def _evidence(owner: str, key: str, position: int, words: Words, names: Resolver) -> Row:
    row: dict[str, Any] = {
        owner: key,
        "position": position,
        "article_id": names.id_of(words.document),
        "field": None,
        "exact": None,
        "prefix": None,
        "suffix": None,
        "start_at": None,
        "end_at": None,
        "language": words.document.language,
        "verified": False,
    }
    if words.exact and words.document.text:
        return row | _found(words)
    return row | _quoted(words) if words.exact else row


def _quoted(words: Words) -> Row:
    """WORDS of a text that we do not have: as the source gives them, and not verified."""
    texts = {
        name: text and without_control(text)
        for name in ("exact", "prefix", "suffix")
        for text in [getattr(words, name)]
    }
    return {**texts, "start_at": words.start, "end_at": words.end}


def _found(words: Words) -> Row:
    """WORDS with their place in the text that came with them; empty if they are not in it.

    The offsets of the source choose among several places.
    """
    text, exact = without_control(words.document.text or ""), words.exact or ""
    start = words.start if words.start is not None and text.startswith(exact, words.start) else text.find(exact)
    if start < 0:
        return {}
    return selected(select(text, start, start + len(exact)))
