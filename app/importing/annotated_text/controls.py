"""Control characters and halves of characters in annotated texts, which no record may hold, become blanks."""

import re
from collections.abc import Mapping
from dataclasses import replace

from app.documents import CONTROL
from app.importing.annotated_text.shape import AnnotatedText, Link, Mark


def replaced(text: str) -> str:
    """TEXT with a blank for each control character, so that it stays as long as it was."""
    return text if text.isprintable() else CONTROL.sub(_instead, text)


def sound(read: AnnotatedText) -> AnnotatedText:
    """READ with blanks for control characters everywhere but in its text, of which `settled` takes care."""
    marks, links = tuple(map(_mark, read.marks)), tuple(map(_link, read.links))
    return replace(read, name=replaced(read.name), marks=marks, links=links, meta=_all(read.meta))


def _mark(mark: Mark) -> Mark:
    return replace(
        mark,
        id=replaced(mark.id),
        label=replaced(mark.label),
        words=None if mark.words is None else replaced(mark.words),
        prefix=replaced(mark.prefix),
        suffix=replaced(mark.suffix),
        attributes=_all(mark.attributes),
    )


def _link(link: Link) -> Link:
    return replace(
        link,
        type=replaced(link.type),
        source=replaced(link.source),
        target=replaced(link.target),
        attributes=tuple(_all(dict(link.attributes)).items()),
    )


def _all(named: Mapping[str, str]) -> dict[str, str]:
    return {replaced(name): replaced(value) for name, value in named.items()}


def _instead(match: re.Match[str]) -> str:
    return "\ufffd" if match[0] >= "\ud800" else " "
