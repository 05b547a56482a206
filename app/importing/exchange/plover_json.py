"""Events as PLOVER records in JSON, with additions to the published fields, so that nothing of ours is lost.

The additions are `eventType`, `endDate`, `datePrecision`, `cameo`, `goldstein`, `quadClass`, `others`, `figures`,
`articles`, `evidence` (as `wording` has it), `summary`, `status` and `labels`; of an actor `kind`, `country` and
`role`; of the place `id`, `country`, `lat`, `lon`, `precision`.
"""

from typing import Any

from app.codes import codes
from app.dates import Span
from app.importing.cells import day, number, point, score
from app.importing.crosswalks.countries import from_export
from app.importing.exchange.coded import known_labels, known_roles, known_status
from app.importing.exchange.wording import documents_of, unworded, worded
from app.importing.identifiers import clean
from app.importing.records import Amount, Coded, Document, Party, Spot
from app.models.events import QUALIFIERS

Json = dict[str, Any]
VERSION = "2.0"
QUAD_CLASSES = (1, 2, 3, 4)


def record(event: Coded) -> Json | None:
    """EVENT as a record; None if it has no PLOVER code, as PLOVER has none for statements and appeals."""
    if not event.plover:
        return None
    name, _, mode = event.plover.partition("-")
    roles = iter(event.roles)
    return {
        "id": event.key,
        "date": _iso(event.date.start),
        "endDate": _iso(event.date.end),
        "datePrecision": event.date.precision,
        "event": name,
        "mode": mode or None,
        "eventType": event.type,
        "cameo": event.cameo,
        "quadClass": event.quad_class,
        "goldstein": event.goldstein,
        "source": [_actor(party, next(roles, None)) for party in event.sources],
        "target": [_actor(party, next(roles, None)) for party in event.targets],
        "others": [_actor(party, next(roles, None)) for party in event.others],
        "eventLoc": _location(event.place),
        "figures": [
            {"kind": one.kind, "qualifier": one.qualifier, "value": one.value, "unit": one.unit}
            for one in event.figures
        ],
        "articles": [_article(document) for document in documents_of(event.evidence)],
        "evidence": worded(event.evidence),
        "summary": event.summary,
        "status": event.status,
        "labels": event.labels,
        "version": VERSION,
    }


def _iso(bound: Any) -> str | None:
    return bound.isoformat() if bound else None


def _actor(party: Party, role: str | None) -> Json:
    country = {"code": party.country, "kind": party.kind, "country": party.country}
    return {"actorText": party.name, **country, "role": role}


def _location(place: Spot | None) -> Json | None:
    if place is None:
        return None
    fields = ("name", "country", "lat", "lon", "precision")
    return {"id": place.key} | {name: getattr(place, name) for name in fields}


def _article(document: Document) -> Json:
    return {"id": document.key} | {name: getattr(document, name) for name in ("url", "title", "publisher")}


def restored(given: Json, line: int, key: str) -> Coded | None:
    """The event of a record that we exported, as it was; None if the additions are not sound."""
    when, type_ = _date(given), given.get("eventType")
    if when is None or type_ not in codes("event-types"):
        return None
    plover = "-".join(filter(None, (_text(given.get("event")), _text(given.get("mode")))))
    cameo, quad = _text(given.get("cameo")), given.get("quadClass")
    goldstein, beyond = score(str(given.get("goldstein")))
    return Coded(
        line,
        key,
        str(type_),
        when,
        sources=_parties(given.get("source")),
        targets=_parties(given.get("target")),
        others=_parties(given.get("others")),
        place=_place(given.get("eventLoc")),
        cameo=cameo,
        plover=plover,
        quad_class=quad if quad in QUAD_CLASSES else None,
        goldstein=goldstein,
        originals={name: code for name, code in (("cameo", cameo), ("plover", plover)) if code},
        figures=tuple(filter(None, map(_figure, _listed(given.get("figures"))))),
        evidence=unworded(given.get("evidence"), _articles(given.get("articles"))),
        summary=_text(given.get("summary")),
        remarks=beyond,
        roles=known_roles(role for side in ("source", "target", "others") for role in _roles(given.get(side))),
        labels=known_labels(given.get("labels")),
        status=known_status(given.get("status")),
    )


def _text(value: object) -> str | None:
    return clean(value) or None if isinstance(value, str) else None


def _listed(given: Any) -> list[Json]:
    return [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []


def _figure(given: Json) -> Amount | None:
    kind, qualifier, value = str(given.get("kind")), str(given.get("qualifier")), number(str(given.get("value")))
    if kind not in codes("figure-kinds") or qualifier not in QUALIFIERS or value is None:
        return None
    return Amount(kind, value, qualifier, _text(given.get("unit")))


def _date(given: Json) -> Span | None:
    precision = given.get("datePrecision")
    bounds = [_text(given.get(name)) for name in ("date", "endDate")]
    days = [day(bound) if bound else None for bound in bounds]
    if precision not in codes("date-precisions") or any(b and not d for b, d in zip(bounds, days, strict=True)):
        return None
    return None if days[0] and days[1] and days[1] < days[0] else Span(days[0], days[1], str(precision))


def _parties(given: Any) -> tuple[Party, ...]:
    kinds = codes("actor-kinds")
    return tuple(
        Party("plover", None, name, kind if (kind := str(one.get("kind"))) in kinds else "other", country)
        for one in _listed(given)
        for name, country in [(_text(one.get("actorText")), from_export(one.get("country")))]
        if name
    )


def _roles(given: Any) -> list[str]:
    """The roles of those who have a name."""
    return [str(one.get("role")) for one in _listed(given) if _text(one.get("actorText"))]


def _place(given: Any) -> Spot | None:
    key = _text(given.get("id")) if isinstance(given, dict) else None
    if key is None:
        return None
    lat, lon, _ = point(*("" if given.get(name) is None else str(given[name]) for name in ("lat", "lon")))
    precision = given.get("precision")
    sound = str(precision) if precision in codes("place-precisions") else "region"
    return Spot(key, _text(given.get("name")) or key, from_export(given.get("country")), lat, lon, sound)


def _articles(given: Any) -> list[Document]:
    return [
        Document(key, _text(one.get("url")), _text(one.get("title")), _text(one.get("publisher")))
        for one in _listed(given)
        if (key := _text(one.get("id")))
    ]
