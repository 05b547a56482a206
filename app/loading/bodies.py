"""The JSON of a record, made from its draft and from how many other records belong to it, and from nothing else.

It is a pair: `doc`, as lists serve it, and `parts`, which details add. References in it are holes (app/documents.py).
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from app.documents import evidence_body, hole, relation_body, span
from app.loading.drafts import Draft
from app.models import (
    Account,
    Actor,
    ActorCode,
    ActorName,
    ActorRole,
    Addressee,
    Article,
    ArticleAgency,
    Base,
    Carrier,
    Event,
    Evidence,
    Figure,
    Mention,
    Participant,
    Place,
    Relation,
    Statement,
    StatementTopic,
)

Json = dict[str, Any]
_CODES = ("cameo", "plover", "quad_class", "goldstein", "goldstein_table", "originals")
Bodies = tuple[Json, Json]
# How many records of another kind belong to one, by their kind.
Counts = Mapping[str, int]


def bodies_of(draft: Draft, counts: Counts) -> Bodies:
    """The document of DRAFT and its parts."""
    return _BODIES[draft.table](draft, counts)


def _actor(draft: Draft, _counts: Counts) -> Bodies:
    row, names = draft.row, draft.parts[ActorName]
    doc = {
        "id": row["id"],
        "kind": row["kind"],
        "name": row["name"],
        "names": {name["language"]: name["spelling"] for name in names if name["kind"] == "name"},
        "country": row["country"],
        "parent": hole("actor", row["parent_id"]),
        "codes": {code["scheme"]: code["code"] for code in sorted(draft.parts[ActorCode], key=lambda c: c["scheme"])},
        "dataset": draft.dataset,
    }
    aliases = [name for name in names if name["kind"] == "alias"]
    parts = {
        "aliases": [{"name": alias["spelling"], "language": alias["language"]} for alias in aliases],
        "roles": [
            {
                "title": role["title"],
                "organisation": hole("actor", role["organisation_id"]),
                "from": role["held_from"],
                "to": role["held_to"],
            }
            for role in draft.parts[ActorRole]
        ],
        "note": row["note"],
    }
    return doc, parts


def _place(draft: Draft, _counts: Counts) -> Bodies:
    row = draft.row
    return {
        "id": row["id"],
        "name": row["name"],
        "names": row["names"],
        "country": row["country"],
        "lat": row["lat"],
        "lon": row["lon"],
        "precision": row["precision"],
        "parent": hole("place", row["parent_id"]),
        "geonames": row["geonames"],
        "dataset": draft.dataset,
    }, {}


def _article(draft: Draft, counts: Counts) -> Bodies:
    row = draft.row
    doc = {
        "id": row["id"],
        "publisher": hole("actor", row["publisher_id"]),
        "agency": [hole("actor", agency["actor_id"]) for agency in draft.parts[ArticleAgency]],
        "title": row["title"],
        "titles": row["titles"],
        "language": row["language"],
        "published": _span(row),
        "source_url": row["source_url"],
        "text_kind": row["text_kind"],
        "rights": row["rights"],
        "counts": {name: counts.get(name, 0) for name in ("events", "statements", "evidence")},
        "dataset": draft.dataset,
    }
    text = row["text"] if row["rights"] == "served" else None
    return doc, {"text": text, "text_sha256": row["text_sha256"], "notes": row["notes"]}


def _event(draft: Draft, counts: Counts) -> Bodies:
    row, evidence, accounts = draft.row, draft.parts[Evidence], draft.parts[Account]
    articles = {one["article_id"] for one in evidence} | {one["article_id"] for one in accounts}
    doc = {
        "id": row["id"],
        "type": row["type"],
        "label": row["label"],
        "labels": row["labels"],
        "summary": row["summary"],
        "date": _span(row),
        "place": hole("place", row["place_id"]),
        "participants": [
            {
                "actor": hole("actor", part["actor_id"]),
                "role": part["role"],
                "on_behalf_of": hole("actor", part["on_behalf_of_id"]),
            }
            for part in draft.parts[Participant]
        ],
        "status": row["status"],
        "codes": {name: row[name] for name in _CODES},
        "measures": row["measures"],
        "figures": _figures(draft.parts[Figure]),
        "relations": [relation_body(relation) for relation in draft.parts[Relation]],
        "counts": {
            "articles": len(articles),
            "evidence": len(evidence),
            "statements": counts.get("statements", 0),
            "accounts": len(accounts),
        },
        "dataset": draft.dataset,
    }
    told = [
        {
            "actor": hole("actor", account["actor_id"]),
            "article": hole("article", account["article_id"]),
            "stance": account["stance"],
            "note": account["note"],
            "differs": account["differs"],
        }
        for account in accounts
    ]
    return doc, {"evidence": [evidence_body(one) for one in evidence], "accounts": told}


def _figures(rows: list[Json]) -> list[Json]:
    """ROWS as figures; equal ones of several articles are one figure with several articles."""
    if not rows:
        return []
    found: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    for row in rows:
        found[row["kind"], row["value"], row["qualifier"], row["unit"]].append(row["article_id"])
    return [
        {
            "kind": kind,
            "value": int(value) if value == int(value) else value,
            "qualifier": qualifier,
            "unit": unit,
            "articles": [hole("article", article) for article in dict.fromkeys(articles)],
        }
        for (kind, value, qualifier, unit), articles in found.items()
    ]


def _statement(draft: Draft, _counts: Counts) -> Bodies:
    row, evidence = draft.row, draft.parts[Evidence]
    articles = {row["article_id"]} | {one["article_id"] for one in evidence}
    doc = {
        "id": row["id"],
        "speaker": hole("actor", row["speaker_id"]),
        "role": row["role"],
        "on_behalf_of": hole("actor", row["on_behalf_of_id"]),
        "addressees": [hole("actor", one["actor_id"]) for one in draft.parts[Addressee]],
        "date": _span(row),
        "medium": row["medium"],
        "venue": hole("actor", row["venue_id"]),
        "directness": row["directness"],
        "act": row["act"],
        "gist": row["gist"],
        "gists": row["gists"],
        "quote": row["quote_text"]
        and {
            "text": row["quote_text"],
            "language": row["quote_language"],
            "is_translation": row["quote_is_translation"],
            "translation": row["quote_translation"],
        },
        "topics": [one["topic"] for one in draft.parts[StatementTopic]],
        "conditional": row["conditional"],
        "condition": row["condition"],
        "event": hole("event", row["event_id"]),
        "about": [hole("event", one["event_id"]) for one in draft.parts[Mention]],
        "reported_via": [hole("actor", one["actor_id"]) for one in draft.parts[Carrier]],
        "utterance": row["utterance"],
        "article": hole("article", row["article_id"]),
        "counts": {"articles": len(articles), "evidence": len(evidence)},
        "dataset": draft.dataset,
    }
    parts = {
        "evidence": [evidence_body(one) for one in evidence],
        "relations": [relation_body(relation) for relation in draft.parts[Relation]],
        "note": row["note"],
    }
    return doc, parts


def _span(row: Mapping[str, Any]) -> dict[str, str | None]:
    return span(row["start_on"], row["end_on"], row["precision"])


_BODIES: dict[type[Base], Callable[[Draft, Counts], Bodies]] = {
    Actor: _actor,
    Place: _place,
    Article: _article,
    Event: _event,
    Statement: _statement,
}
