"""Checking that a UIMA CAS has what cassis takes for granted, so that of a broken file it is told what is wrong."""

import re
from typing import Any
from xml.parsers import expat

from app.importing.annotated_text.shape import Unreadable

XMI = "http://www.omg.org/XMI"
CAS = "http:///uima/cas.ecore"
ID = f"{XMI} id"
# Control characters, which XML 1.1 may name; INCEpTION exports it for texts that have some.
_CONTROL = re.compile(rb"&#(?:0*(?:[1-8]|1[124-9]|2\d|3[01])|[xX]0*(?:[1-8bcefBCEF]|1[\da-fA-F]));")
_WHOLE = re.compile(r"-?\d+", re.ASCII)
_BROKEN = "is not a whole UIMA CAS"
_SHOWN = 100

# An XML element: its namespace, its name, its attributes and its line.
Element = tuple[str, str, dict[str, str], int]


def without_controls(data: bytes) -> bytes:
    """The XML DATA with a blank for each control character, which XML 1.0 and so the parser refuses."""
    return _CONTROL.sub(b" ", data)


def elements_of(data: bytes) -> list[Element]:
    """The XML elements of DATA in order.

    Raises Unreadable if it is not well-formed, has a DOCTYPE, or declares an encoding that the parser does not know.
    """
    found: list[Element] = []
    parser = expat.ParserCreate(namespace_separator=" ")

    def begin(tag: str, attributes: dict[str, str]) -> None:
        space, _, name = tag.rpartition(" ")
        found.append((space, name, attributes, parser.CurrentLineNumber))

    def refuse(*_said: object) -> None:
        raise Unreadable("has a DOCTYPE, and XML is read without entities", parser.CurrentLineNumber)

    parser.StartElementHandler = begin
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise Unreadable(f"is not well-formed XML: {expat.errors.messages[error.code]}", error.lineno) from None
    except Unreadable:
        raise
    except (LookupError, ValueError) as error:
        raise Unreadable(f"has an encoding that XML is not read in: {error}; write it as UTF-8 first") from None
    return found


def type_of(space: str, name: str) -> str | None:
    """The type of the annotation that the element NAME in the namespace SPACE is; None if it is not one."""
    if not space.endswith(".ecore") or space == CAS:
        return None
    package = space.removeprefix("http:///").removesuffix(".ecore").replace("/", ".")
    return name if package == "uima.noNamespace" else f"{package}.{name}"


def check_xmi(elements: list[Element]) -> None:
    """Raise Unreadable if one of ELEMENTS has not what cassis takes for granted."""
    sofas = {attributes.get(ID) for space, name, attributes, _line in elements if (space, name) == (CAS, "Sofa")}
    if not sofas:
        raise Unreadable(f"{_BROKEN}: it has no cas:Sofa, which holds the text")
    for space, name, attributes, line in elements:
        if (space, name) == (CAS, "Sofa") and not {ID, "sofaNum", "sofaID"} <= set(attributes):
            raise Unreadable(f"{_BROKEN}: a cas:Sofa lacks its xmi:id, sofaNum or sofaID", line)
        if type_of(space, name) is None:
            continue
        told = f"{_BROKEN}: the element {name} with the xmi:id {attributes.get(ID)}"
        if ID not in attributes:
            raise Unreadable(f"{_BROKEN}: the element {name} has no xmi:id", line)
        if attributes.get("sofa", next(iter(sofas))) not in sofas:
            raise Unreadable(f"{told} is of the sofa {attributes['sofa']!r}, which is not there", line)
        for place in ("begin", "end"):
            if not _WHOLE.fullmatch(attributes.get(place, "0")):
                raise Unreadable(f"{told} has the {place} {attributes[place]!r}, which is not a number", line)


def check_json(content: dict[str, Any]) -> None:
    """Raise Unreadable if CONTENT has not what cassis takes for granted."""
    for key, kind in (("%TYPES", dict), ("%VIEWS", dict), ("%FEATURE_STRUCTURES", (list, dict))):
        if not isinstance(content.get(key), kind):
            raise Unreadable(f"{_BROKEN}: it has no {key}, or another kind of it")
    listed = content["%FEATURE_STRUCTURES"]
    for one in listed.values() if isinstance(listed, dict) else listed:
        if not isinstance(one, dict) or not isinstance(one.get("%TYPE"), str):
            raise Unreadable(f"{_BROKEN}: a feature structure has no %TYPE: {str(one)[:_SHOWN]}")
        if isinstance(listed, list) and not isinstance(one.get("%ID"), int):
            raise Unreadable(f"{_BROKEN}: a feature structure has no %ID: {str(one)[:_SHOWN]}")
        if any(not isinstance(one.get(place, 0), int) for place in ("begin", "end")):
            raise Unreadable(f"{_BROKEN}: begin or end is not a number: {str(one)[:_SHOWN]}")
