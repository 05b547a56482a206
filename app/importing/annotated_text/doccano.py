"""doccano: JSON Lines, with a text and its labels on each line (or a list, or objects over many lines).

Sequence labelling has `label` or `labels` [[start, end, name]]; relation projects have `entities` and `relations`.
Labels that are only words classify the whole text. A file does not say which words its offsets cover, and most
offsets count UTF-16 units, as browsers do. Unless the members of a project share their work, each has a file that is
called like them and has all texts.
"""

from dataclasses import replace
from functools import partial
from typing import Any

from app.importing.annotated_text.decoding import objects
from app.importing.annotated_text.shape import AnnotatedText, Given, Link, Mark, Read, stem
from app.importing.annotated_text.tasks import DAMAGE, beside, name_of, tasks_of
from app.importing.annotated_text.units import settled_alike
from app.importing.records import Skipped

_OWN = {"id", "text", "data", "label", "labels", "entities", "relations", "cats", "meta", "annotations"}


def read(given: Given) -> Read:
    """The texts of the file GIVEN."""
    texts: list[AnnotatedText] = []
    member = _member(given)
    for found in tasks_of(objects(given.data), "text of doccano", partial(_task, given)):
        if isinstance(found, Skipped):
            yield found
        else:
            shared = found.name.removeprefix(f"{member}-") if member else None
            texts.append(replace(found, annotator=member, shared=shared))
    yield from settled_alike(texts, "code points")


def _task(given: Given, line: int, number: int, task: dict[str, Any]) -> Read:
    text = task.get("text", task.get("data"))
    if not isinstance(text, str) or not text.strip():
        yield Skipped(line, "has no text", str(task)[:200])
        return
    marks, wrong = _marks(task, line)
    yield from wrong
    name = name_of(given, task, number)
    links: list[Link] = []
    for place, one in enumerate(task.get("relations") or (), 1):
        try:
            links.append(Link(str(one["type"]), str(one["from_id"]), str(one["to_id"]), line))
        except (KeyError, TypeError):
            yield Skipped(line, f"relation {place} is none: wanted from_id, to_id and a type", str(one))
    yield AnnotatedText(given.name, line, name, text, marks, tuple(links), _meta(task))


def _member(given: Given) -> str | None:
    """The member of the project whose file GIVEN may be, because there are others beside it."""
    names = {stem(other) for other in given.neighbours() if other.endswith((".json", ".jsonl"))}
    return stem(given.name) if len(names) > 1 else None


def _marks(task: dict[str, Any], line: int) -> tuple[tuple[Mark, ...], list[Skipped]]:
    made: list[Mark] = []
    wrong: list[Skipped] = []
    listed = [one for key in ("entities", "label", "labels", "annotations") for one in _listed(task.get(key))]
    for place, one in enumerate(listed):
        if isinstance(one, str):
            continue
        try:
            made.append(_mark(one, place, line))
        except DAMAGE:
            wrong.append(Skipped(line, f"entity {place + 1} is not a span: wanted start, end and a label", str(one)))
    return tuple(made), wrong


def _listed(value: Any) -> list[Any]:
    """VALUE as a list; a single label of a whole text may be given by its name alone."""
    return [value] if isinstance(value, str | dict) else list(value or ())


def _mark(one: Any, place: int, line: int) -> Mark:
    if isinstance(one, dict):
        # Scripts that write for doccano shorten the names.
        start, end = (one[f"{name}_offset"] if f"{name}_offset" in one else one[name] for name in ("start", "end"))
        # Early exports number their labels, and later ones of these have the names beside the numbers.
        label = str(one.get("label_name") or one["label"])
        return Mark(str(one.get("id", place)), label, ((int(start), int(end)),), line=line)
    start, end, label = one
    return Mark(str(place), str(label), ((int(start), int(end)),), line=line)


def _meta(task: dict[str, Any]) -> dict[str, str]:
    """What the line says about its text besides labels, with the labels of the whole text as `class`."""
    said = {**(task["meta"] if isinstance(task.get("meta"), dict) else {})}
    said |= {key: value for key, value in task.items() if key not in _OWN}
    labels = [one for key in ("label", "labels", "cats") for one in _listed(task.get(key)) if isinstance(one, str)]
    if labels:
        said["class"] = ", ".join(labels)
    return beside(said)
