"""brat standoff: `name.txt`, and what was marked in it in `name.ann`.

Offsets count code points. An event is where its trigger is, and its arguments become links from it; a role that has a
number only because it is repeated (Theme2) loses it. An empty `.ann` means that nothing was found in the text; a `.txt`
without `.ann` was not annotated. Several annotators have a file each, `name_ANNOTATOR.ann`; `.a1` and `.a2` have the
entities and the events of one annotator. `name.json` beside the text may have more about it, as a mapping of fields.
"""

import json
import re
from codecs import BOM_UTF8
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from app.importing.annotated_text.decoding import decoded, value_of
from app.importing.annotated_text.shape import AnnotatedText, Given, Link, Mark, Part, Read, Unreadable, stem
from app.importing.annotated_text.units import settled, worded
from app.importing.records import Skipped

_SPAN = re.compile(r"(\S+) (\d+ \d+(?:;\d+ \d+)*)")
_ARGUMENT = re.compile(r"([^\s:]+):(\S+)")
_NUMBERED = re.compile(r"(.*\D)(\d+)")
# What those who found nobody to refer to write as the code: NEREL's Wikidata:NULL.
_NOBODY = frozenset({"", "NIL", "NULL", "None", "nil", "null"})


@dataclass
class _Read:
    """What has been read so far."""

    marks: dict[str, Mark] = field(default_factory=dict)
    triggers: dict[str, tuple[int, str, str]] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    attributes: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    # Where each attribute or note stands, what it is and of what.
    said: list[tuple[int, str, str]] = field(default_factory=list)


def read(given: Given) -> Read:
    """The text that the `.ann` file GIVEN annotates. A `.txt` file is only checked for having one."""
    base, _, ending = given.name.rpartition(".")
    if ending == "txt":
        if not any(_annotates(name, base) for name in given.neighbours()):
            yield Skipped(1, "is not annotated: there is no .ann file of this name")
        return
    if ending not in ("ann", "a1") or not base:
        raise Unreadable(
            "is not an .ann file; the text lies beside that, so give the file itself, its folder or a ZIP of it"
        )
    data, name, annotator = _text(given, base)
    text = decoded(data)
    found = _Read()
    told = given.data + b"\n" + (given.beside(f"{stem(base)}.a2") or b"") if ending == "a1" else given.data
    for number, line in enumerate(decoded(told).split("\n"), 1):
        if line.strip():
            try:
                _take(found, number, line.rstrip("\r"))
            except ValueError as error:
                yield Skipped(number, str(error), line)
    yield from _hanging(found)
    marks = tuple(_marks(found))
    # Line ends are turned by Git and editors after they were counted, and brat counts a byte order mark.
    ways = [text, text.replace("\r\n", "\n"), *([f" {text}"] if data.startswith(BOM_UTF8) else [])]
    counted = max(ways, key=lambda one: worded(one, marks, "code points"))
    yield from settled(
        replace(
            AnnotatedText(given.name, 1, name, counted, meta=_meta(given, name), annotator=annotator),
            marks=marks,
            links=tuple(_links(found)),
        ),
        "code points",
    )


def _hanging(found: _Read) -> Iterator[Skipped]:
    """What is of something that is not there: events without their trigger, attributes and notes of relations."""
    for key, (number, kind, trigger) in found.triggers.items():
        if trigger not in found.marks:
            yield Skipped(
                number, f"the event {key} has the trigger {trigger}, which is not a span", f"{kind}:{trigger}"
            )
    for number, kind, target in found.said:
        if target not in found.marks and target not in found.triggers:
            yield Skipped(number, f"{kind} is said of {target}, which is neither a span nor an event", target)


def _annotates(name: str, base: str) -> bool:
    own = stem(f"{base}.txt")
    return name.endswith((".ann", ".a1")) and (stem(name) == own or stem(name).startswith(f"{own}_"))


def _text(given: Given, base: str) -> tuple[bytes, str, str | None]:
    """The bytes of the text that the file BASE.ann annotates, its name, and the annotator."""
    name, annotator = stem(f"{base}.ann"), None
    data = given.beside(f"{name}.txt")
    while data is None and "_" in name:
        name, _, last = name.rpartition("_")
        annotator = f"{last}_{annotator}" if annotator else last
        data = given.beside(f"{name}.txt")
    if data is None:
        raise Unreadable(f"there is no {stem(f'{base}.ann')}.txt beside it, so that its offsets have no text")
    return data, name, annotator


def _meta(given: Given, name: str) -> dict[str, str]:
    """The fields that `name.json` beside the text has."""
    data = given.beside(f"{name}.json")
    said = value_of(decoded(data)) if data else {}
    if not isinstance(said, dict):
        return {}
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in said.items()}


def _take(found: _Read, number: int, line: str) -> None:
    """Note what LINE says. Raises ValueError with what is wrong with it."""
    key, _, rest = line.partition("\t")
    said, _, words = rest.partition("\t")
    if key[:1] == "T":
        _take_span(found, number, key, said, words)
    elif key[:1] == "E":
        _take_event(found, number, key, said)
    elif key == "*":
        kind, *members = said.split() or [""]
        if len(members) < 2:  # noqa: PLR2004
            raise ValueError("has no two members: wanted TYPE ID ID ..., a tab before it")
        found.links += [Link(kind, members[0], member, number) for member in members[1:]]
    elif key[:1] == "R":
        kind, *arguments = said.split() or [""]
        ends = [_argument(one)[1] for one in arguments]
        if len(ends) != 2:  # noqa: PLR2004
            raise ValueError("a relation has two arguments: wanted TYPE Arg1:ID Arg2:ID, a tab before it")
        found.links.append(Link(kind, ends[0], ends[1], number))
    elif key[:1] in ("A", "M", "N", "#"):
        _take_said(found, number, key, said, words)
    else:
        raise ValueError("is not a line of brat: it begins with T, E, R, *, A, M, N or #")


def _take_span(found: _Read, number: int, key: str, said: str, words: str) -> None:
    match = _SPAN.fullmatch(said)
    if match is None:
        raise ValueError("is not a span: wanted TYPE START END, tabs around it")
    if key in found.marks:
        raise ValueError(f"the id {key} was given in line {found.marks[key].line} already")
    parts: tuple[Part, ...] = tuple((int(a), int(b)) for a, b in (one.split() for one in match[2].split(";")))
    found.marks[key] = Mark(key, match[1], parts, words or None, line=number)


def _take_said(found: _Read, number: int, key: str, said: str, words: str) -> None:
    """Note an attribute, a reference or a note."""
    kind, target, *value = (*said.split(" ", 2), "")[:3] if " " in said else ("", "", "")
    if not target:
        raise ValueError("has no type or no target")
    if key[:1] == "N" and value[0].strip().rpartition(":")[2] in _NOBODY:
        return
    if kind in found.attributes[target]:
        raise ValueError(f"{target} has another {kind} already, which counts: {found.attributes[target][kind]}")
    found.attributes[target][kind] = (words if key[:1] == "#" else value[0]) or "true"
    found.said.append((number, kind, target))


def _take_event(found: _Read, number: int, key: str, said: str) -> None:
    arguments = [_argument(one) for one in said.split()]
    if not arguments:
        raise ValueError("is not an event: wanted TYPE:TRIGGER ROLE:ARGUMENT ...")
    if key in found.triggers:
        raise ValueError(f"the id {key} was given in line {found.triggers[key][0]} already")
    (kind, trigger), *rest = arguments
    found.triggers[key] = (number, kind, trigger)
    found.links += [Link(role, key, target, number) for role, target in rest]


def _argument(said: str) -> tuple[str, str]:
    match = _ARGUMENT.fullmatch(said)
    if match is None:
        raise ValueError(f"{said!r} is not an argument: wanted ROLE:ID")
    return match[1], match[2]


def _links(found: _Read) -> Iterator[Link]:
    """The links, with roles that have no number only because they are repeated (Theme2, but not Arg2 beside Arg1)."""
    known = {link.type for link in found.links}
    for link in found.links:
        match = _NUMBERED.fullmatch(link.type) if link.source in found.triggers else None
        repeated = match and (match[1] in known or not {f"{match[1]}0", f"{match[1]}1"} & known)
        if match and repeated:
            yield replace(link, type=match[1])
        else:
            yield link


def _marks(found: _Read) -> Iterator[Mark]:
    """The marks: spans and events. A span that is only the trigger of an event is that event."""
    used = {trigger for _number, _kind, trigger in found.triggers.values()}
    used -= {end for link in found.links for end in (link.source, link.target)}
    for key, mark in found.marks.items():
        if key not in used:
            yield replace(mark, attributes=dict(found.attributes.get(key, {})))
    for key, (number, kind, trigger) in found.triggers.items():
        if trigger in found.marks:
            attributes = {**found.attributes.get(trigger, {}), **found.attributes.get(key, {})}
            yield replace(found.marks[trigger], id=key, label=kind, attributes=attributes, line=number)
