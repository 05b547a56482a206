"""A served event as a record such as a format would yield."""

from collections.abc import Iterable
from typing import Any

from app.codes import codes
from app.documents import span_of
from app.importing.crosswalks.languages import language
from app.importing.identifiers import clean
from app.importing.records import UNSAID, Amount, Coded, Document, Party, Spot, Words
from app.loading.coding import side_of

Json = dict[str, Any]


def coded(event: Json, scheme: str) -> Coded:
    """EVENT, as `/v1/events/{id}` or a list with `include=evidence` serves it; its actors are of SCHEME.

    Roles tell sides, as the code list says; those on both sides or on none are among the others.
    """
    sides: dict[str, dict[tuple[Party, str], None]] = {"source": {}, "target": {}, "both": {}, "none": {}}
    for part in event["participants"]:
        sides[side_of(part["role"])][_party(part["actor"], scheme), part["role"]] = None
    sources, targets, others = sides["source"], sides["target"], sides["both"] | sides["none"]
    own = event["codes"]
    return Coded(
        line=0,
        key=event["id"],
        type=event["type"],
        date=span_of(event["date"]),
        sources=tuple(party for party, _role in sources),
        targets=tuple(party for party, _role in targets),
        others=tuple(party for party, _role in others),
        place=_place(event["place"]),
        cameo=own["cameo"],
        plover=own["plover"],
        quad_class=own["quad_class"],
        goldstein=own["goldstein"],
        originals={name: own[name] for name in ("cameo", "plover") if own[name]},
        figures=tuple(_amount(figure) for figure in event["figures"]),
        evidence=tuple(dict.fromkeys(map(_words, event.get("evidence", ())))),
        summary=_plain(event["summary"]),
        roles=tuple(role for _party, role in (*sources, *targets, *others)),
        labels=dict(event["labels"]),
        status=event["status"],
    )


def known_labels(given: object) -> dict[str, str]:
    """The labels GIVEN in an export of ours, by language; those that are not sound are left out."""
    labels = given.items() if isinstance(given, dict) else ()
    found = ((tag, clean(label)) for tag, label in labels if language(tag) == tag and isinstance(label, str))
    return {tag: label for tag, label in found if label}


def known_status(given: object) -> str:
    """The status GIVEN in an export of ours; that of coded data if it is not known."""
    return str(given) if given in codes("statuses") else UNSAID


def known_roles(given: Iterable[str]) -> tuple[str, ...]:
    """The roles GIVEN in an export of ours; none of them if one is not known, so that sides tell."""
    roles, known = tuple(given), codes("participant-roles")
    return roles if all(role in known for role in roles) else ()


def _plain(text: str | None) -> str | None:
    """TEXT on one line, as a table needs it."""
    return " ".join(text.split()) or None if text else None


def _party(actor: Json, scheme: str) -> Party:
    return Party(scheme, None, _plain(actor["name"]), actor["kind"], actor["country"])


def _place(place: Json | None) -> Spot | None:
    if place is None:
        return None
    name = _plain(place["name"]) or place["id"]
    return Spot(place["id"], name, place["country"], place["lat"], place["lon"], place["precision"])


def _amount(figure: Json) -> Amount:
    return Amount(figure["kind"], float(figure["value"]), figure["qualifier"], figure["unit"])


def _words(evidence: Json) -> Words:
    article = evidence["article"]
    publisher = article["publisher"]
    by = _plain(publisher["name"]) if publisher else None
    document = Document(article["id"], article.get("source_url"), _plain(article["title"]), by)
    return Words(document, **{name: evidence[name] for name in ("exact", "prefix", "suffix", "start", "end")})
