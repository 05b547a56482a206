"""Prodigy: JSON Lines, with a task on each line. Offsets count code points.

Only accepted tasks count as annotated. The `_input_hash` shows which texts are the same, the session who did: what one
person accepted of one text, a span at a time, belongs together. A task with `versions` was decided in a review.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from app.importing.annotated_text.decoding import objects
from app.importing.annotated_text.shape import GROUND_TRUTH, AnnotatedText, Given, Link, Mark, Read, stem
from app.importing.annotated_text.tasks import DAMAGE, beside, tasks_of
from app.importing.annotated_text.units import settled_alike
from app.importing.records import Skipped

# What Prodigy itself puts into a task; names that begin with _ are its own, too.
_OWN = {
    "text",
    "meta",
    "tokens",
    "spans",
    "relations",
    "answer",
    "label",
    "accept",
    "options",
    "config",
    "style",
    "html",
    "versions",
}
_UNNAMED = re.compile(r"(?:.+-)?\d{4}-\d{2}-\d{2}_\d{2}-\d{2}-\d{2}")
_NO_ENDS = "has no head_span and child_span, and no tokens that its head and child could be"


def read(given: Given) -> Read:
    """The accepted texts of the file GIVEN. Where each answer is about one span, a text has those of all of them."""
    texts: dict[tuple[str, str | None, str | None], AnnotatedText] = {}
    for found in tasks_of(objects(given.data), "task of Prodigy", partial(_task, given)):
        if isinstance(found, Skipped):
            yield found
            continue
        key = found.name, found.text, found.annotator
        texts[key] = _together(texts[key], found) if key in texts else found
    yield from settled_alike(list(texts.values()), "code points")


def _together(one: AnnotatedText, other: AnnotatedText) -> AnnotatedText:
    known = {mark.id for mark in one.marks}
    more = tuple(mark for mark in other.marks if mark.id not in known)
    return replace(one, marks=one.marks + more, links=one.links + other.links, meta={**other.meta, **one.meta})


def _task(given: Given, line: int, number: int, task: dict[str, Any]) -> Read:
    text, answer = task.get("text"), task.get("answer", "accept")
    if not isinstance(text, str) or not text.strip():
        yield Skipped(line, "has no text", str(task)[:200])
    elif answer != "accept":
        yield Skipped(line, f"was not accepted: its answer is {answer}", text[:200])
    else:
        yield from _accepted(given, line, number, task)


def _accepted(given: Given, line: int, number: int, task: dict[str, Any]) -> Read:
    marks: dict[str, Mark] = {}
    for place, span in enumerate(task.get("spans") or ()):
        try:
            mark = _mark(span, line)
        except DAMAGE:
            yield Skipped(line, f"span {place + 1} has no start and end", str(span))
            continue
        marks.setdefault(mark.id, mark)
    links = []
    tokens = dict(enumerate(task.get("tokens") or ()))
    for place, relation in enumerate(task.get("relations") or ()):
        try:
            ends = [_end(relation, end, tokens, marks.values(), line) for end in ("head", "child")]
        except DAMAGE:
            yield Skipped(line, f"relation {place + 1} {_NO_ENDS}", str(relation))
            continue
        for end in ends:
            marks.setdefault(end.id, end)
        links.append(Link(str(relation.get("label") or "none"), ends[0].id, ends[1].id, line))
    name = f"{stem(given.name)}-{_key(task, number)}"
    # Who reviews sees the versions of the others, and decides.
    annotator = GROUND_TRUTH if task.get("versions") else _person(task)
    read = AnnotatedText(given.name, line, name, task["text"], tuple(marks.values()), tuple(links), _meta(task))
    yield replace(read, annotator=annotator)


def _person(task: dict[str, Any]) -> str | None:
    """Who did TASK: the session. One without a name is called by when it began, and may be asked span by span in many.

    Then its spans are nobody's in particular, so that those of one text belong together.
    """
    session = str(task.get("_session_id") or task.get("_annotator_id") or "")
    return None if not session or (task.get("_is_binary") and _UNNAMED.fullmatch(session)) else session


def _key(task: dict[str, Any], number: int) -> str:
    """The key of a text in the file: its hash, which may be negative, or its number."""
    key = task.get("_input_hash")
    return f"{key & 0xFFFFFFFF:08x}" if isinstance(key, int) else str(number)


def _mark(span: dict[str, Any], line: int) -> Mark:
    start, end, label = int(span["start"]), int(span["end"]), str(span.get("label") or "none")
    words = span.get("text")
    parts = ((start, end),)
    return Mark(f"{start}-{end}-{label}", label, parts, words if isinstance(words, str) else None, line=line)


def _end(relation: dict[str, Any], end: str, tokens: Mapping[int, Any], marks: Collection[Mark], line: int) -> Mark:
    """The END (head or child) of RELATION: a span or, if that is not there, the innermost of MARKS around its token.

    Around a token may be none; then it is the end itself. Raises one of DAMAGE if there is neither span nor token.
    """
    if own := relation.get(f"{end}_span"):
        return _mark(own, line)
    token = _mark({**tokens[relation[end]], "label": None}, line)
    around = (mark for mark in marks if mark.start <= token.start and token.end <= mark.end)
    return min(around, key=lambda mark: mark.end - mark.start, default=token)


def _meta(task: dict[str, Any]) -> dict[str, str]:
    """What the task says about its text, and what it is classed as, as `class`."""
    meta = task.get("meta")
    said = beside(meta if isinstance(meta, dict) else {})
    said |= beside({key: value for key, value in task.items() if key not in _OWN and not key.startswith("_")})
    # Of one class for the whole text it was asked whether that is right, of several which are.
    classes = [*filter(None, [task.get("label")]), *(task.get("accept") or ())]
    return {**said, "class": ", ".join(map(str, classes))} if classes else said
