"""W3C Web Annotation (JSON-LD) and the annotations of Hypothesis, which mark words of pages that are elsewhere.

The labels of the words are the tags of the annotation or, without any, its motivation. The text is not in the file,
unless our own export wrote that. If a stored article has the address of the page, its text is used, and positions,
which browsers count in UTF-16 units, are checked against it. An annotation whose body is another annotation in the
file links the two, and so does one whose targets are two others, which is how Recogito writes relations. Its
annotations have ids within the file (`#...`), and may not say which page they are of.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

import orjson
from pydantic import ValidationError

from app.importing.annotated_text.decoding import objects
from app.importing.annotated_text.records import RECORD, record_in
from app.importing.annotated_text.shape import AnnotatedText, Given, Link, Mark, Part, Read, stem
from app.importing.annotated_text.units import settled
from app.importing.annotated_text.w3c_model import Annotation, Body, Iri, Target, listed
from app.importing.records import Skipped
from app.web_annotation import CONTEXT

_OA = "http://www.w3.org/ns/oa#"
_TAGGING = frozenset({"tagging", "classifying"})
_LISTS = ("rows", "annotations", "@graph")
# What our own export says of an article at least.
_WHOLE = {"id", "language", "title", "published", "text"}
_PAGES = ("AnnotationPage", "AnnotationCollection")


class Relation(Link):
    """What an annotation says of two others."""


@dataclass
class _Found:
    """What a file says: of each page, by its address, its marks, where it is first named, and what is said of it."""

    marks: dict[str, dict[str, Mark]] = field(default_factory=lambda: defaultdict(dict))
    first: dict[str, int] = field(default_factory=dict)
    metas: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    bodies: list[Link] = field(default_factory=list)
    relations: list[Link] = field(default_factory=list)


def read(given: Given) -> Read:
    """The pages that the annotations of the file GIVEN are about, each with its words."""
    found = _Found()
    for each in objects(given.data):
        if isinstance(each, Skipped):
            yield each
            continue
        for told in _told(*each):
            if isinstance(told, Skipped):
                yield told
            elif isinstance(told, Link):
                (found.relations if isinstance(told, Relation) else found.bodies).append(told)
            else:
                yield from _take(found, told[0] or stem(given.name), each[0], *told[1:])
    links = _by_page(found)
    joined = set(chain.from_iterable(links.values()))
    for link in found.relations:
        if link not in joined:
            ends = f"{link.source} and {link.target}"
            yield Skipped(link.line, f"the link {link.type} joins {ends}, which are no marks of one page", ends)
    for source, meta in found.metas.items():
        marks = tuple(found.marks[source].values())
        about = {**meta, "source": source}
        page = AnnotatedText(given.name, found.first[source], source, None, marks, tuple(links[source]), about)
        yield from _with_text(page, record_in(meta.get(RECORD)))


def _by_page(found: _Found) -> dict[str, list[Link]]:
    """The links between marks of one page, by the address of that."""
    pages: dict[str, set[str]] = defaultdict(set)
    for source, marks in found.marks.items():
        for key in marks:
            pages[key].add(source)
    links: dict[str, list[Link]] = defaultdict(list)
    for link in (*found.bodies, *found.relations):
        for source in pages.get(link.source, set()) & pages.get(link.target, set()):
            links[source].append(link)
    return links


def _take(found: _Found, source: str, line: int, mark: Mark | None, meta: dict[str, str]) -> Iterator[Skipped]:
    """Note MARK, which an annotation of LINE makes on the page SOURCE, and what it says of the page."""
    found.first.setdefault(source, line)
    found.metas[source] |= meta
    if mark is None:
        return
    if mark.id in found.marks[source]:
        yield Skipped(mark.line, f"is in line {found.marks[source][mark.id].line} already", mark.id)
        return
    found.marks[source][mark.id] = mark


def _with_text(page: AnnotatedText, record: dict[str, Any] | None) -> Read:
    """PAGE, with its text if the RECORD that our own export gives of it has that."""
    if record is None or not (record.keys() >= _WHOLE and isinstance(record["text"], str)):
        yield page
        return
    text = record.pop("text")
    meta = {RECORD: orjson.dumps(record).decode()}
    yield from settled(replace(page, text=text, meta=meta), "UTF-16 units")


# Of a page, its words that are marked, if any are, and what is said of the page itself.
Told = Iterator[Skipped | Link | tuple[str, Mark | None, dict[str, str]]]


def _told(line: int, value: dict[str, Any]) -> Told:
    """What the annotations in VALUE tell."""
    for one in _each(line, value):
        if isinstance(one, Skipped):
            yield one
        else:
            yield from (_hypothesis if "uri" in one and "@context" not in one else _annotation)(line, one)


def _each(line: int, value: dict[str, Any], total: Any = None) -> Iterator[dict[str, Any] | Skipped]:
    """The annotations in VALUE: a page, a collection, a graph, an answer to a search, a client's export, or one.

    If there are others elsewhere, of a TOTAL that may be known, a Skipped says so.
    """
    types = listed(value.get("type"))
    nested: Any = next((value[key] for key in _LISTS if key in value), None)
    if not isinstance(nested, list):
        if not set(_PAGES) & {str(one) for one in types}:
            yield value
            return
        nested = value.get("items", value.get("first"))
    whole = value["partOf"] if isinstance(value.get("partOf"), dict) else value
    total = whole.get("total", total)
    if why := _paged(nested, total, value.get("next")):
        yield Skipped(line, f"is one page of several: {why}; give the others too")
    # Hypothesis may list replies by themselves.
    for one in (*listed(nested), *listed(value.get("replies"))):
        if isinstance(one, dict):
            yield from _each(line, one, total)
        else:
            yield Skipped(line, f"has only the address {one} of what it lists: give that too")


def _paged(nested: Any, total: Any, following: Any) -> str | None:
    """Why the NESTED annotations are not all that there are, if they are not."""
    if isinstance(nested, list) and isinstance(total, int) and total > len(nested):
        return f"it has {len(nested)} of {total} annotations"
    return f"the next is {following}" if following else None


def _annotation(line: int, one: dict[str, Any]) -> Told:
    try:
        given = {("context" if key == "@context" else key): value for key, value in one.items()}
        made = Annotation.model_validate(given)
    except ValidationError as error:
        told = "; ".join(f"{'.'.join(map(str, e['loc'][:1]))}: {e['msg']}" for e in error.errors()[:3])
        yield Skipped(line, f"is not a Web Annotation: {told}", str(one)[:500])
        return
    if "Annotation" not in made.type or not {CONTEXT} & {str(each) for each in made.context}:
        yield Skipped(
            line, f"is not a Web Annotation: its @context or its type is another ({made.context})", str(one)[:500]
        )
        return
    labels = list(filter(None, (_tag(made, each) for each in made.body)))
    labels = labels or made.motivation[:1] or ["untagged"]
    attributes = _said(made)
    if joined := _joined(made):
        yield from (Relation(labels[0], joined[0], other, line) for other in joined[1:])
        return
    for number, target in enumerate(made.target, 1):
        source, selectors = (target, []) if isinstance(target, str) else _aim(target)
        # What is said of several targets is said of each.
        mark = _mark(made.id if number == 1 else f"{made.id}#{number}", labels[0], selectors, attributes, line)
        if mark is None and RECORD in attributes:
            yield source, None, {RECORD: attributes[RECORD]}
            continue
        if mark is None:
            yield Skipped(line, "marks no words: its target has no TextQuoteSelector or TextPositionSelector", made.id)
            continue
        for label in dict.fromkeys(labels):
            yield source, _labelled(mark, mark.id if label == labels[0] else f"{mark.id}#{label}", label), {}
    for body in made.body:
        aimed = body if isinstance(body, str) else body.source
        if aimed:
            yield Link((*_purposes(made, body), "linking")[0], made.id, aimed, line)


def _joined(made: Annotation) -> list[str]:
    """The annotations that MADE links, if it only links."""
    ids = [one.id for one in made.target if isinstance(one, Target) and one.id and not one.selector]
    return ids if "linking" in made.motivation and len(ids) == len(made.target) > 1 else []


def _tag(made: Annotation, body: Iri | Body) -> str | None:
    """The tag that BODY is, in words or as an address; without a purpose of its own it has the motivation of MADE."""
    if _TAGGING.isdisjoint(one.removeprefix(_OA).removeprefix("oa:") for one in _purposes(made, body)):
        return None
    return body if isinstance(body, str) else body.value or body.source or body.id


def _purposes(made: Annotation, body: Iri | Body) -> list[str]:
    """What BODY is for: its own purposes, or the motivation of MADE."""
    return (body.purpose if isinstance(body, Body) else []) or made.motivation[:1]


def _said(made: Annotation) -> dict[str, str]:
    """What the bodies say besides tags, for the mapping to use."""
    found = {"comment": made.bodyValue} if made.bodyValue else {}
    for body in made.body:
        if _tag(made, body):
            continue
        if isinstance(body, str):
            found["body"] = body
        elif body.source:
            found["body"] = body.source
        elif body.value:
            found[RECORD if body.format == "application/json" else "comment"] = body.value
    return found


def _aim(target: Target) -> tuple[str, list[Any]]:
    return target.source or target.id or "", target.selector


def _hypothesis(line: int, one: dict[str, Any]) -> Told:
    key, uri = str(one.get("id")), one.get("uri")
    if one.get("references"):
        yield Skipped(line, "is a reply to another annotation", key)
        return
    if not isinstance(uri, str) or one.get("hidden"):
        yield Skipped(line, "is hidden, or has no address", key)
        return
    title = one.get("document", {}).get("title") if isinstance(one.get("document"), dict) else None
    meta = {"title": str(title[0])} if isinstance(title, list) and title else {}
    tags = list(dict.fromkeys(str(tag) for tag in listed(one.get("tags")) if str(tag).strip())) or ["untagged"]
    attributes = {name: str(one[name]) for name in ("text", "user", "created") if one.get(name)}
    selectors = [
        each
        for target in listed(one.get("target"))
        if isinstance(target, dict)
        for each in listed(target.get("selector"))
    ]
    mark = _mark(key, tags[0], selectors, attributes, line)
    if mark is None:
        yield Skipped(line, "is a note on the whole page: it marks no words", key)
        return
    for tag in tags:
        yield uri, _labelled(mark, key if tag == tags[0] else f"{key}#{tag}", tag), meta


def _labelled(mark: Mark, key: str, label: str) -> Mark:
    return replace(mark, id=key, label=label)


def _mark(key: str, label: str, selectors: list[Any], attributes: dict[str, str], line: int) -> Mark | None:
    """The words that SELECTORS select, refined ones first; None if they select no words."""
    given = [one for one in selectors if isinstance(one, dict)]
    flat = [each for one in given for each in _refined(one)]
    quote: dict[str, Any] = next((one for one in flat if one.get("type") == "TextQuoteSelector"), {})
    # A position that refines another selector counts from where that begins, which is known only on the page.
    whole = (one for one in given if "refinedBy" not in one)
    place: dict[str, Any] = next((one for one in whole if one.get("type") == "TextPositionSelector"), {})
    parts: tuple[Part, ...] = ()
    if isinstance(place.get("start"), int) and isinstance(place.get("end"), int):
        parts = ((place["start"], place["end"]),)
    exact = quote.get("exact")
    placed = any(one.get("type") == "TextPositionSelector" for one in flat)
    if not placed and not (isinstance(exact, str) and exact.strip()):
        return None
    prefix, suffix = (str(quote.get(name) or "") for name in ("prefix", "suffix"))
    words = exact if isinstance(exact, str) else None
    return Mark(key, label, parts, words, prefix, suffix, attributes, line)


def _refined(selector: dict[str, Any]) -> Iterator[dict[str, Any]]:
    inner = selector.get("refinedBy")
    if isinstance(inner, dict):
        yield from _refined(inner)
    yield selector
