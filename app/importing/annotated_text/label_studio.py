"""Label Studio: a list of tasks with the annotations of several people, or JSON-MIN with one flat list of labels.

CSV and TSV have a row for each annotation, with JSON-MIN's lists of labels in their cells.

Offsets are checked against the words that each region repeats. Predictions, which nobody made, and cancelled
annotations are left out. Tasks of other media have no text.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from app.importing.annotated_text.decoding import objects
from app.importing.annotated_text.label_studio_texts import Shown, in_dialogue, is_dialogue, part_of, shown
from app.importing.annotated_text.shape import GROUND_TRUTH, AnnotatedText, Given, Link, Mark, Read
from app.importing.annotated_text.tasks import beside, name_of, rows_of, tasks_of
from app.importing.annotated_text.units import settled
from app.importing.records import Skipped

_REGIONS = ("labels", "hypertextlabels", "paragraphlabels")
# Where a region has its labels; pages had them under another name before.
_LABELS = (*_REGIONS, "htmllabels")
_ADDRESS = re.compile(r"(?:https?|s3|gs|azure-blob)://\S+|/data/\S+")
# What may be asked of one region or of the whole text, and where its value has the answers.
_SAID = {one: one for one in ("choices", "taxonomy", "number", "rating", "datetime")} | {"textarea": "text"}


def read(given: Given) -> Read:
    """The annotated texts of the file GIVEN, one for each person who annotated one."""
    tasks = rows_of(given) if given.name.lower().endswith((".csv", ".tsv")) else objects(given.data)
    yield from tasks_of(tasks, "task of Label Studio", partial(_task, given))


def _task(given: Given, line: int, number: int, task: dict[str, Any]) -> Read:
    data = task["data"] if isinstance(task.get("data"), dict) else task
    name = name_of(given, task, number)
    small = "annotations" not in task and "data" not in task
    annotations = task.get("annotations") or task.get("completions") or ()
    values = list(_flat(task)) if small else list(_values(annotations))
    field = _field(data, values) or (None if small else _only_dialogue(data))
    text = shown(data[field], values, line) if field else None
    if text is None or not text.text.strip():
        yield Skipped(
            line, "has no text: no field has the words of a label, or it has the address of a file", str(data)[:200]
        )
        return
    meta = beside({key: value for key, value in data.items() if key != field and not _has_regions(value)})
    if small:
        results = [{"id": str(place), "type": "labels", "value": one} for place, one in enumerate(_flat(task))]
        annotator = meta.pop("annotator", None)
        yield from _annotated(AnnotatedText(given.name, line, name, None, (), (), meta, annotator), text, results)
        return
    if predictions := task.get("predictions"):
        yield Skipped(line, f"{len(predictions)} predictions, which nobody made, are left out", name)
    if not annotations:
        yield Skipped(line, "is not annotated", name)
    for annotation in annotations:
        if not isinstance(annotation, dict) or annotation.get("was_cancelled"):
            yield Skipped(line, "an annotation was cancelled", name)
            continue
        read = AnnotatedText(given.name, line, name, None, (), (), meta, _person(annotation))
        yield from _annotated(read, text, annotation.get("result") or [])


def _field(data: dict[str, Any], values: list[dict[str, Any]]) -> str | None:
    """The field of DATA that is the text: `text`, or another name, found by the VALUES of regions if there are any."""
    texts = {key: value for key, value in data.items() if isinstance(value, str) and _is_text(value)}
    if any(in_dialogue(value) for value in values):
        return next((key for key, value in data.items() if is_dialogue(value)), None)
    fitting = {key: _fit(text, values) for key, text in texts.items()}
    if any(any(fit) for fit in fitting.values()):
        return max(fitting, key=lambda key: (*fitting[key], key == "text"))
    if "text" in texts or any(value.get("text") for value in values):
        return "text" if "text" in texts else None
    # Where no words are marked, the one field that is more than a word or an address.
    longer = [key for key, text in texts.items() if " " in text.strip()]
    return longer[0] if len(longer) == 1 else None


def _fit(text: str, values: list[dict[str, Any]]) -> tuple[int, int]:
    """Of how many regions with VALUES the words are in TEXT where they should be, and of how many anywhere."""
    found = [(value, words) for value in values if (words := _words(value, text)) and words in text]
    return sum(text[slice(*part_of(value, "start", "end") or (0, 0))] == words for value, words in found), len(found)


def _is_text(value: str) -> bool:
    """Whether VALUE is words, and not the address of a file that has them."""
    return bool(value.strip()) and not _ADDRESS.fullmatch(value.strip())


def _only_dialogue(data: dict[str, Any]) -> str | None:
    """The field of DATA that is a dialogue, if there is one."""
    dialogues = [key for key, value in data.items() if is_dialogue(value)]
    return dialogues[0] if len(dialogues) == 1 else None


def _values(annotations: Any) -> Iterator[dict[str, Any]]:
    for annotation in annotations:
        results = (annotation.get("result") or ()) if isinstance(annotation, dict) else ()
        main = _shown_as(results)
        for result in results:
            if result.get("type") in _REGIONS and result.get("to_name") == main and isinstance(result["value"], dict):
                yield result["value"]


def _shown_as(results: Iterable[dict[str, Any]]) -> Any:
    """What a project that shows several texts calls the one in which most of RESULTS mark words."""
    names = Counter(one.get("to_name") for one in results if one.get("type") in _REGIONS)
    return names.most_common(1)[0][0] if names else None


def _flat(task: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The regions of JSON-MIN: lists of what has a start and labels, as the tokens of other tools have not."""
    for value in task.values():
        if isinstance(value, list):
            yield from filter(_is_region, value)


def _is_region(one: Any) -> bool:
    return isinstance(one, dict) and "start" in one and bool(set(_LABELS) & set(one))


def _has_regions(value: Any) -> bool:
    return isinstance(value, list) and any(map(_is_region, value))


def _person(annotation: dict[str, Any]) -> str | None:
    person = annotation.get("completed_by")
    if isinstance(person, dict):
        person = person.get("email") or person.get("id")
    return GROUND_TRUTH if annotation.get("ground_truth") else None if person is None else str(person)


def _annotated(read: AnnotatedText, text: Shown, results: list[Any]) -> Read:
    marks: list[Mark] = [*text.marks]
    links: list[Link] = [*text.links]
    whole: dict[str, list[str]] = {}
    attributes = _attributes(results)
    main = _shown_as(results)
    for place, result in enumerate(results):
        kind, value = result.get("type"), result.get("value") or {}
        if kind in _REGIONS:
            value = {**value, "text": _words(value, text.text)}
        if kind == "relation":
            links += _links(result, read.line)
        elif kind in _REGIONS and result.get("to_name") != main:
            yield Skipped(read.line, f"marks words of another text ({result.get('to_name')})", str(result)[:200])
        elif kind in _SAID and result.get("id") in attributes:
            continue
        elif kind in _SAID:
            asked = "class" if kind in ("choices", "taxonomy") else str(result.get("from_name"))
            whole[asked] = [*whole.get(asked, ()), _answer(kind, value)]
        elif kind in _REGIONS and ((at := text.place(value)) or value["text"] is not None):
            labels = next(filter(None, map(value.get, _LABELS)), None) or ["none"]
            said, key = attributes.get(result.get("id"), {}), str(result.get("id", place))
            mark = Mark(key, str(labels[0]), (at,) if at else (), value["text"], attributes=said, line=read.line)
            marks.append(mark)
            marks += [replace(mark, id=f"{key}-{label}", label=str(label)) for label in labels[1:]]
        else:
            yield Skipped(read.line, f"a result of type {kind} marks no words of a text", str(result)[:200])
    meta = {**read.meta, **{asked: ", ".join(answers) for asked, answers in whole.items()}}
    made = replace(read, text=text.text, marks=tuple(marks), links=tuple(links), meta=meta)
    yield from settled(made, "code points")


def _attributes(results: list[Any]) -> dict[Any, dict[str, str]]:
    """What is said of each region beside its labels: results that have its id, by the name of what was asked."""
    found: dict[Any, dict[str, str]] = {one.get("id"): {} for one in results if one.get("type") in _REGIONS}
    for one in results:
        if (kind := one.get("type")) in _SAID and one.get("id") in found:
            found[one["id"]][str(one.get("from_name"))] = _answer(kind, one.get("value") or {})
        elif isinstance(one.get("meta"), dict) and one.get("id") in found:
            # A note that was written on the region.
            found[one["id"]] |= {
                key: ", ".join(map(str, _listed(value))) for key, value in one["meta"].items() if value
            }
    return found


def _answer(kind: str, value: dict[str, Any]) -> str:
    """The answers that VALUE has to a question of KIND; one of a taxonomy is a path in it (`Conflict/Attack`)."""
    said = value.get(_SAID[kind])
    answers = [] if said is None else _listed(said)
    return ", ".join("/".join(map(str, _listed(one))) for one in answers)


def _words(value: dict[str, Any], text: str) -> str | None:
    r"""The words that the VALUE of a region of TEXT repeats; the tool writes a line break there as the signs \n."""
    words = value.get("text")
    if not isinstance(words, str):
        return None
    return words if words in text else words.replace("\\n", "\n")


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _links(result: dict[str, Any], line: int) -> Iterator[Link]:
    source, target = str(result.get("from_id")), str(result.get("to_id"))
    if result.get("direction") == "left":
        source, target = target, source
    for label in result.get("labels") or ["relation"]:
        yield Link(str(label), source, target, line)
