"""Rows of the floor's SQL as the records that Dragoman serves, value for value."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import orjson

Json = dict[str, Any]
Row = Sequence[Any]


def actor(values: Row) -> Json | None:
    """An actor in short."""
    id, name, kind, country = values
    return {"id": id, "name": name, "kind": kind, "country": country} if id else None


def span(values: Row) -> Json:
    """A date."""
    start, end, precision = values
    return {"start": start, "end": end, "precision": precision}


def article(values: Row) -> Json:
    """An article in short, by whom it was printed."""
    id, title, source_url, *rest = values
    return {
        "id": id,
        "title": title,
        "publisher": actor(rest[3:7]),
        "url": f"/v1/articles/{id}",
        "source_url": source_url,
        "published": span(rest[:3]),
    }


def instant(value: Any) -> Any:
    """A moment: SQLite has text without a zone, PostgreSQL what orjson knows."""
    return f"{value[:10]}T{value[11:19]}Z" if isinstance(value, str) else value


def target(event: str | None, label: str | None, statement: str | None, gist: str | None) -> Json:
    """What a relation relates to."""
    if event:
        return {"kind": "event", "id": event, "label": label}
    return {"kind": "statement", "id": statement, "label": gist}


def _whole(value: float) -> float:
    return int(value) if value == int(value) else value


def figures(rows: Iterable[Row]) -> list[Json]:
    """Figures of one event; equal ones are one, with all articles that give them."""
    found: dict[Row, list[Json]] = defaultdict(list)
    for _event, kind, value, qualifier, unit, *printed in rows:
        found[kind, value, qualifier, unit].append(article(printed))
    names = ("kind", "value", "qualifier", "unit")
    return [
        {**dict(zip(names, (kind, _whole(value), *rest), strict=True)), "articles": articles}
        for (kind, value, *rest), articles in found.items()
    ]


def by_owner(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """ROWS by their first column."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(row)
    return found


def events(
    rows: Iterable[Row], participants: Iterable[Row], given: Iterable[Row], relations: Iterable[Row]
) -> Iterator[Json]:
    """The events of ROWS with what the other rows say of them."""
    took_part, figured, related = by_owner(participants), by_owner(given), by_owner(relations)
    for row in rows:
        id, type_, label, labels, summary, start, end, precision, status, cameo, plover, quad_class, goldstein = row[
            :13
        ]
        dataset, revision, created, updated = row[13:17]
        place = dict(zip(("id", "name", "country", "lat", "lon", "precision"), row[17:23], strict=True))
        articles, evidence, statements, accounts = row[23:27]
        table, originals, measures = row[27], orjson.Fragment(row[28]), orjson.Fragment(row[29])
        yield {
            "id": id,
            "type": type_,
            "label": label,
            "labels": orjson.Fragment(labels),
            "summary": summary,
            "date": {"start": start, "end": end, "precision": precision},
            "place": place if place["id"] else None,
            "participants": [
                {"actor": actor(one[2:6]), "role": one[1], "on_behalf_of": actor(one[6:10])}
                for one in took_part.get(id, ())
            ],
            "status": status,
            "codes": {
                "cameo": cameo,
                "plover": plover,
                "quad_class": quad_class,
                "goldstein": goldstein,
                "goldstein_table": table,
                "originals": originals,
            },
            "measures": measures,
            "figures": figures(figured.get(id, ())),
            "relations": [{"type": one[1], "target": target(*one[2:6])} for one in related.get(id, ())],
            "counts": {"articles": articles, "evidence": evidence, "statements": statements, "accounts": accounts},
            "dataset": dataset,
            "revision": revision,
            "created_at": instant(created),
            "updated_at": instant(updated),
            "url": f"/v1/events/{id}",
        }


def evidence(row: Row) -> Json:
    """Words of an article."""
    names = ("exact", "prefix", "suffix", "start", "end", "language", "field", "verified")
    return {"article": article(row[8:]), **dict(zip(names, row[:8], strict=True)), "verified": bool(row[7])}


def account(row: Row) -> Json:
    """Who tells it in which article."""
    told = {"actor": actor(row[:4]), "article": article(row[7:]), "stance": row[4], "note": row[5]}
    return {**told, "differs": orjson.Fragment(row[6])}


def statements(rows: Iterable[Row], addressees: Iterable[Row], topics: Iterable[Row]) -> Iterator[Json]:
    """Statements that belong to an event."""
    addressed, about = by_owner(addressees), by_owner(topics)
    for row in rows:
        id, role, start, end, precision, medium, directness, act, gist, gists, text, language = row[:12]
        translated, translation, conditional, condition, utterance, dataset, revision, created, updated = row[12:21]
        quote = {"text": text, "language": language, "is_translation": bool(translated)}
        yield {
            "id": id,
            "speaker": actor(row[24:28]),
            "role": role,
            "on_behalf_of": actor(row[28:32]),
            "addressees": [actor(one[1:]) for one in addressed.get(id, ())],
            "date": {"start": start, "end": end, "precision": precision},
            "medium": medium,
            "venue": actor(row[32:36]),
            "directness": directness,
            "act": act,
            "gist": gist,
            "gists": orjson.Fragment(gists),
            "quote": text and {**quote, "translation": orjson.Fragment(translation or "null")},
            "topics": [topic for _, topic in about.get(id, ())],
            "conditional": bool(conditional),
            "condition": condition,
            "event": {"id": row[21], "type": row[22], "label": row[23]},
            "about": [],
            "reported_via": [],
            "utterance": utterance,
            "article": article(row[38:]),
            "counts": {"articles": row[36], "evidence": row[37]},
            "dataset": dataset,
            "revision": revision,
            "created_at": instant(created),
            "updated_at": instant(updated),
            "url": f"/v1/statements/{id}",
        }
