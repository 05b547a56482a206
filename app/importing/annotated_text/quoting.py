"""Whether words are quoted as somebody said them, or reported."""

import re
from dataclasses import dataclass

from app.importing.annotated_text.shape import Part
from app.loading.checking import OMISSION

_OPEN = "“«„‘‹「『\"'”"  # noqa: RUF001
_CLOSE = "”»“’›」』\"'"  # noqa: RUF001
_QUOTED = re.compile(r"“([^“”]+)”|«([^«»]+)»|„([^„“”]+)[“”]|「([^「」]+)」|\"([^\"]+)\"|(?<!\w)‘([^‘]+)’(?!\w)")  # noqa: RUF001


@dataclass(frozen=True, slots=True)
class Said:
    """The whole words, and the verbatim ones among them, None if there are none."""

    directness: str
    whole: str
    quote: str | None


def said(text: str, parts: tuple[Part, ...], directness: str | None) -> Said:
    """How the words of TEXT at PARTS are given: as DIRECTNESS says or, without it, as the quotation marks show."""
    whole = OMISSION.join(text[start:end] for start, end in parts)
    if directness == "indirect":
        return Said("indirect", whole, None)
    if directness or _in_marks(text, parts):
        return Said(
            "mixed" if directness == "mixed" else "direct", whole, OMISSION.join(_bare(text, part) for part in parts)
        )
    inner = [match for start, end in parts for match in _QUOTED.finditer(text, start, end)]
    if inner:
        quote = OMISSION.join(next(filter(None, match.groups())).strip() for match in inner)
        return Said("mixed", whole, quote)
    return Said("indirect", whole, None)


def _in_marks(text: str, parts: tuple[Part, ...]) -> bool:
    """Whether the words begin and end with quotation marks, or stand between some."""
    start, end = parts[0][0], parts[-1][1]
    inside = text[start] in _OPEN and text[end - 1] in _CLOSE and len(_QUOTED.findall(text[start:end])) <= len(parts)
    before, after = text[:start].rstrip()[-1:], text[end:].lstrip(" .,;:!?…")[:1]
    return inside or bool(before and after and before in _OPEN and after in _CLOSE)


def _bare(text: str, part: Part) -> str:
    """The words at PART without the quotation marks around them, and the blanks that some languages have inside."""
    words = text[slice(*part)]
    if words[:1] in _OPEN:
        words = words[1:]
    return (words[:-1] if words[-1:] in _CLOSE and len(words) > 1 else words).strip()
