"""A served event as a record such as a format would yield."""

from typing import Any

from app.documents import span_of
from app.importing.records import Amount, Coded, Document, Party, Spot, Words
from app.loading.coding import side_of

Json = dict[str, Any]


def coded(event: Json, scheme: str) -> Coded:
    """EVENT, as `/v1/events/{id}` or a list with `include=evidence` serves it; its actors are of SCHEME.

    Roles become sides, as the code list says; those on both sides or on none are among the others.
    """
    sides: dict[str, list[Party]] = {"source": [], "target": [], "both": [], "none": []}
    for part in event["participants"]:
        sides[side_of(part["role"])].append(_party(part["actor"], scheme))
    codes = event["codes"]
    return Coded(
        line=0,
        key=event["id"],
        type=event["type"],
        date=span_of(event["date"]),
        sources=_once(sides["source"]),
        targets=_once(sides["target"]),
        others=_once([*sides["both"], *sides["none"]]),
        place=_place(event["place"]),
        cameo=codes["cameo"],
        plover=codes["plover"],
        quad_class=codes["quad_class"],
        goldstein=codes["goldstein"],
        originals={name: codes[name] for name in ("cameo", "plover") if codes[name]},
        figures=tuple(_amount(figure) for figure in event["figures"]),
        evidence=tuple(dict.fromkeys(map(_words, event.get("evidence", ())))),
        summary=_plain(event["summary"]),
    )


def _once(parties: list[Party]) -> tuple[Party, ...]:
    return tuple(dict.fromkeys(parties))


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
