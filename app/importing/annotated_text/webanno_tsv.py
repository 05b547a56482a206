r"""WebAnno TSV 3 (INCEpTION, WebAnno): a token on each line, with a column for each feature of each layer.

Header lines name the layers: `#T_SP=type|feature..` spans, `#T_RL=..|BT_type` relations between spans of that type,
`#T_CH=` chains. In a cell, `_` is nothing, `*` an annotation without a value, `|` separates stacked annotations, `[n]`
joins the tokens of one annotation, and `\` escapes. Offsets count UTF-16 units. Versions 3.1 and 3.2 write tokens as
they are, 3.1 other letters than those of ASCII as `\uXXXX`, and after the target of a slot that takes any annotation
they write the number of its layer (`1-3-2`), which may count layers that the file does not have.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import product

from app.importing.annotated_text.decoding import decoded
from app.importing.annotated_text.inception import by_whom
from app.importing.annotated_text.shape import AnnotatedText, Given, Read, Unreadable
from app.importing.annotated_text.units import Unit, settled
from app.importing.annotated_text.webanno_cells import Layer, Row, annotations, last_of, unescaped
from app.importing.records import Skipped

_ROW = re.compile(r"(\d+-\d+(?:\.\d+)?)\t(\d+)-(\d+)\t([^\t]*)(?:\t|$)")
# As much text may be between two sentences, and so outside of the file; more is a wrong number.
_WIDEST = 1_000_000


@dataclass
class _Sentence:
    text: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)


def read(given: Given) -> Read:
    """The text of the file GIVEN."""
    lines = decoded(given.data).split("\n")
    if not lines[0].startswith("#FORMAT=WebAnno TSV 3"):
        raise Unreadable(
            "is not WebAnno TSV 3: its first line is not #FORMAT=WebAnno TSV 3...; if it is of an older version, "
            "export it again as WebAnno TSV v3.3 or as UIMA CAS XMI"
        )
    layers, sentences, wrong = _parsed(lines)
    yield from wrong
    rows = [row for sentence in sentences for row in sentence.rows]
    if not rows:
        raise Unreadable("has no tokens")
    text, astray, unit = _text(sentences)
    for row in astray:
        start, end = row.place
        yield Skipped(row.line, f"the token {row.token!r} is at {start}-{end}, where the text has something else")
    lost = set(astray)
    marks, links = annotations(layers, [row for row in rows if row not in lost])
    name, annotator = by_whom(given.name)
    made = AnnotatedText(given.name, 1, name, text, tuple(marks), tuple(links), annotator=annotator)
    yield from settled(made, unit, sure=True)


def _parsed(lines: list[str]) -> tuple[list[Layer], list[_Sentence], list[Skipped]]:
    layers: list[Layer] = []
    sentences: list[_Sentence] = []
    wrong: list[Skipped] = []
    for number, raw in enumerate(lines, 1):
        line = raw.rstrip("\r")
        if line.startswith("#T_"):
            kind, _, said = line[3:].partition("=")
            type_, *features = said.split("|")
            name = last_of(type_)
            known = any(layer.name == name for layer in layers)
            layers.append(Layer(kind, type_, tuple(features) or ("",), type_ if known else name))
        elif line.startswith("#Text="):
            if not sentences or sentences[-1].rows:
                sentences.append(_Sentence())
            sentences[-1].text.append(line[6:])
        elif line and not line.startswith("#"):
            row = _row(number, line, layers)
            if isinstance(row, Skipped) or not sentences:
                wrong.append(row if isinstance(row, Skipped) else Skipped(number, "stands before any #Text=", line))
            else:
                sentences[-1].rows.append(row)
    return layers, sentences, wrong


def _row(number: int, line: str, layers: list[Layer]) -> Row | Skipped:
    match = _ROW.match(line)
    cells = line[match.end() :].split("\t") if match else []
    wanted = sum(len(layer.features) for layer in layers)
    if match is None or len(cells) < wanted:
        return Skipped(number, f"is not a token with {wanted} columns of annotation after it", line)
    parted, at = [], 0
    for layer in layers:
        parted.append(tuple(cells[at : at + len(layer.features)]))
        at += len(layer.features)
    return Row(number, match[1], (int(match[2]), int(match[3])), match[4], tuple(parted))


def _text(sentences: list[_Sentence]) -> tuple[str, list[Row], Unit]:
    """The whole text, the tokens that are not where their offsets say, and the unit in which those are fewest.

    What version 3.0 and scripts write may have signs that escape others, but do not.
    """
    units: tuple[Unit, ...] = ("UTF-16 units", "code points")
    spellings: tuple[Callable[[str], str], ...] = (unescaped, str)
    found: list[tuple[str, list[Row], Unit]] = []
    for plain, unit in product(spellings, units):
        found.append((*_assembled(sentences, plain, unit), unit))
        if not found[-1][1]:
            break
    return min(found, key=lambda one: len(one[1]))


def _assembled(sentences: list[_Sentence], plain: Callable[[str], str], unit: Unit) -> tuple[str, list[Row]]:
    """The sentences, made text by PLAIN and put at their offsets, and the tokens that are not where theirs say."""
    size = len if unit == "code points" else lambda text: len(text.encode("utf-16-le", "surrogatepass")) // 2
    parts: list[str] = []
    astray: list[Row] = []
    length = 0
    for sentence in filter(lambda one: one.rows, sentences):
        text = "\n".join(map(plain, sentence.text))
        first = sentence.rows[0]
        begin = first.place[0] - size(text[: max(*map(text.find, _spelled(first.token)), 0)])
        gap = max(begin - length, 0)
        gap = 1 if gap > _WIDEST else gap
        parts += ["\n" * min(gap, 1) if parts else " " * min(gap, 1), " " * (gap - 1), text]
        begin = length + gap
        astray += [
            row
            for row in sentence.rows
            if not any(_at(text, row.place[0] - begin, unit, token) for token in _spelled(row.token))
        ]
        length += gap + size(text)
    return "".join(parts), astray


def _spelled(token: str) -> tuple[str, str]:
    """What TOKEN may be in the text: versions differ in whether they escape it."""
    return token, unescaped(token)


def _at(text: str, place: int, unit: Unit, token: str) -> bool:
    if place < 0:
        return False
    if unit == "code points":
        return text[place : place + len(token)] == token
    return text.encode("utf-16-le", "surrogatepass")[2 * place :].startswith(token.encode("utf-16-le", "surrogatepass"))
