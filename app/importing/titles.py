"""Titles and labels of imported records: what people read, where the source has codes and addresses."""

from functools import lru_cache
from hashlib import sha256

from app.codes import label
from app.importing.crosswalks.actors import GROUP, cameo_actor, label_of_part
from app.importing.identifiers import clean, named, without_control
from app.importing.records import Coded, Document, Party
from app.loading.drafts import Draft
from app.models import Article

UNKNOWN_LANGUAGE = "und"


def article_draft(key: str, document: Document, publisher: str | None) -> Draft:
    """A draft of the article DOCUMENT. With neither title nor text it is a mention, which replaces no stored article.

    Without a title, it is titled by its address.
    """
    language = document.language or UNKNOWN_LANGUAGE
    title = clean(document.title or document.url or document.key) or key
    text = without_control(document.text).rstrip() or None if document.text else None
    return Draft(
        Article,
        {
            "id": key,
            "publisher_id": publisher,
            "language": language,
            "title": title,
            "titles": {language: title},
            "source_url": document.url,
            "start_on": document.published.start,
            "end_on": document.published.end,
            "precision": document.published.precision,
            "text": text,
            "text_kind": "full" if text else "none",
            "text_sha256": sha256(text.encode()).hexdigest() if text else None,
            "rights": "withheld" if text else "served",
            "notes": [],
        },
        if_new=not (document.title or text),
    )


def label_of(event: Coded) -> str:
    """The label of EVENT: its type, who did it to whom, and where."""
    acting, aimed = _names(event.sources), _names(event.targets)
    between = " -> ".join(filter(None, (acting, aimed))) or _names(event.others)
    where = named(event.place.name) if event.place else ""
    return ", ".join(filter(None, (": ".join(filter(None, (_type(event.type), between))), where)))


@lru_cache
def _type(code: str) -> str:
    return label("event-types", code)


def _names(parties: tuple[Party, ...]) -> str:
    return ", ".join(filter(None, map(name_of, parties)))


@lru_cache(maxsize=100_000)
def name_of(party: Party) -> str:
    """The name of PARTY: of a state the usual one, of others that of the source or else what the code means."""
    if party.kind == "state" and party.code and party.scheme == "cameo" and (meant := cameo_actor(party.code).label):
        return meant
    if party.name:
        return named(party.name)
    return _meaning(party.code) if party.code and party.scheme == "cameo" else named(party.code or "")


def _meaning(code: str) -> str:
    whole = cameo_actor(code)
    if whole.label:
        return whole.label
    behind = [label_of_part(part) or part for part in whole.sectors]
    before = cameo_actor(code[:GROUP]).label if len(code) > GROUP * len(behind) else None
    return named(" / ".join(filter(None, (before, *behind))) or code)
