"""Reading YAML with the line of every value, so that faults can be pointed at.

Scalars follow the core schema of YAML 1.2: `no` is a word, and a date stays the text that was written.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from app.documents import CONTROL
from app.loading.faults import Fault, Refused, Unreadable, first

MOST_SHOWN = 60
MOST_DEEP = 32
MOST_DIGITS = 18


class _Loader(yaml.CSafeLoader):
    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012


for _tag, _pattern, _first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+", list("-+0123456789")),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", list("-+.0123456789")),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), _first)


def _integer(loader: _Loader, node: yaml.ScalarNode) -> int:
    # YAML 1.1 took a leading zero for octal.
    return int(loader.construct_scalar(node))


_Loader.add_constructor("tag:yaml.org,2002:int", _integer)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that was read: its name for people, its content, and the line of each value."""

    file: str
    content: Any
    root: yaml.Node

    def line(self, path: Sequence[str | int]) -> int:
        """The line of the value at PATH, or of the nearest value around it."""
        node = self.root
        for step in path:
            found = _child(node, step)
            if found is None:
                break
            node = found
        return int(node.start_mark.line) + 1

    def fault(self, path: Sequence[str | int], message: str, found: object = None, **more: Sequence[str]) -> Fault:
        """A fault of the value at PATH; FOUND is shown if it is given."""
        shown = None if found is None else shorten(found)
        return Fault(self.file, self.line(path), dotted(path), message, shown, **more)


def read(file: str, source: bytes) -> Sheet:
    """The YAML document SOURCE, called FILE in faults. Raises Refused."""
    text = _text(file, source)
    if faults := first(_unwanted(file, text)):
        raise Refused(faults)
    loader = _Loader(text)
    try:
        root = loader.get_single_node()
        if root is None:
            raise Refused([Fault(file, 1, "document", "is empty")])
        sheet = Sheet(file, None, root)
        if faults := first(_faults(sheet, root, ())):
            raise Refused(faults)
        return Sheet(file, loader.construct_document(root), root)
    except yaml.YAMLError as error:
        raise Unreadable([_not_yaml(file, error)]) from None
    finally:
        loader.dispose()


def read_json(file: str, source: bytes) -> Sheet:
    """The JSON document SOURCE, called FILE in faults, under the rules of YAML. Raises Refused."""
    text = _text(file, source)
    try:
        content = json.loads(text, parse_constant=_no_number, parse_int=_whole)
        root = _node(file, json.loads(text, object_pairs_hook=_Pairs, parse_constant=_no_number, parse_int=_whole))
    except json.JSONDecodeError as error:
        raise Unreadable([Fault(file, error.lineno, "document", f"not JSON: {error.msg}")]) from None
    except RecursionError:
        raise Refused([Fault(file, 1, "document", "nested too deeply")]) from None
    except ValueError as error:
        raise Unreadable([Fault(file, 1, "document", f"not JSON: {error}")]) from None
    sheet = Sheet(file, content, root)
    if faults := first(_faults(sheet, root, ())):
        raise Refused(faults)
    return sheet


class _Pairs(list[tuple[str, Any]]):
    """The members of a JSON object as they came, so that a name that is given twice is seen."""


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is not a number")


def _whole(digits: str) -> int:
    try:
        return int(digits)
    except ValueError:
        raise ValueError("it has a number too long to read") from None


def _node(file: str, value: Any, depth: int = 0) -> yaml.Node:
    """VALUE as a node of YAML, so that the same rules apply to JSON, of which lines are not known."""
    if depth > MOST_DEEP:
        raise Refused([Fault(file, 1, "document", "nested too deeply")])
    mark = yaml.Mark(file, 0, 0, 0, "", 0)
    if isinstance(value, _Pairs):
        pairs = [(_node(file, key, depth + 1), _node(file, one, depth + 1)) for key, one in value]
        return yaml.MappingNode("tag:yaml.org,2002:map", pairs, mark, mark)
    if isinstance(value, list):
        items = [_node(file, one, depth + 1) for one in value]
        return yaml.SequenceNode("tag:yaml.org,2002:seq", items, mark, mark)
    kind = "int" if isinstance(value, int) and not isinstance(value, bool) else "str"
    return yaml.ScalarNode(f"tag:yaml.org,2002:{kind}", str(value), mark, mark)


def read_file(path: Path, name: str) -> Sheet:
    """The YAML file at PATH, called NAME in faults. Raises Refused."""
    try:
        return read(name, path.read_bytes())
    except OSError as error:
        raise Refused([Fault(name, 1, "file", f"cannot be read: {error.strerror}")]) from None


def dotted(path: Sequence[str | int]) -> str:
    """A path for people: events[2].participants[0].actor."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".") or "document"


def shorten(value: object) -> str:
    """VALUE as text, cut where it is long."""
    text = str(value)
    return text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 1] + "…"


def _text(file: str, source: bytes) -> str:
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise Unreadable([Fault(file, line, "document", "not UTF-8", source[error.start : error.end].hex())]) from None


def _not_yaml(file: str, error: yaml.YAMLError) -> Fault:
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        return Fault(file, mark.line + 1 if mark else 1, "document", f"not YAML: {error.problem or error.context}")
    return Fault(file, 1, "document", f"not YAML: {error}")


def _unwanted(file: str, text: str) -> Iterator[Fault]:
    """Faults for what YAML allows and we do not: aliases, which can swell without end, tags, and needless depth.

    They are found in the stream of events, before anything is built. Raises Unreadable.
    """
    depth = 0
    try:
        for event in yaml.parse(text, Loader=_Loader):
            line = event.start_mark.line + 1 if event.start_mark else 1
            if isinstance(event, yaml.AliasEvent):
                yield Fault(file, line, "document", "an alias; write the value out", f"*{event.anchor}")
            elif isinstance(event, (yaml.ScalarEvent, yaml.CollectionStartEvent)) and event.tag is not None:
                yield Fault(file, line, "document", "a tag; leave it out", event.tag)
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MOST_DEEP:
                yield Fault(file, line, "document", "nested too deeply")
                return
    except yaml.YAMLError as error:
        raise Unreadable([_not_yaml(file, error)]) from None


def _child(node: yaml.Node, step: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step]  # type: ignore[no-any-return]
    return None


def _faults(sheet: Sheet, node: yaml.Node, path: tuple[str | int, ...]) -> Iterator[Fault]:
    """Faults for keys that are given twice or are not words, control characters, and numbers too long to read."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                yield sheet.fault(path, "a key must be a word")
                continue
            if key.value in seen:
                yield Fault(sheet.file, key.start_mark.line + 1, dotted((*path, key.value)), "given twice")
            seen.add(key.value)
            if match := CONTROL.search(key.value):
                yield sheet.fault(path, "has a control character", _escaped(match))
            yield from _faults(sheet, value, (*path, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _faults(sheet, value, (*path, index))
    elif match := CONTROL.search(node.value):
        yield sheet.fault(path, "has a control character", _escaped(match))
    elif node.tag.endswith(":int") and len(node.value) > MOST_DIGITS:
        yield sheet.fault(path, "a number too long to read", node.value)


def _escaped(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode()
