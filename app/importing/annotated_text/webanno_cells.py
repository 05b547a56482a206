"""What the cells of a table of WebAnno say: the annotations on its tokens, and the links between these."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from app.importing.annotated_text.inception import CHAIN, label_of
from app.importing.annotated_text.shape import Link, Mark, Part

_NUMBER = re.compile(r"(?<!\\)\[(\d+)\]$")
_CHAINED = re.compile(r"->(\d{1,9})-(\d{1,9})(?:\[\d+\])?$", re.ASCII)
_TARGET = re.compile(r"(\d+-\d+(?:\.\d+)?)(?:-(\d+))?(?:\[(\d+)(?:_(\d+))?\])?")
_ESCAPED = re.compile(r"\\(?:u([\da-fA-F]{4})|(.))")
_SIGNS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "b": "\b"}
_NOTHING = ("_", "*", "")
_SLOT = "ROLE_"
# The layer of a slot that takes annotations of all.
_ANY = "Annotation"
TOKEN = "Token"  # noqa: S105 - a layer


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer from the header: its `kind` (SP, RL or CH), its type, and the features that are its columns.

    `name` is the last part of the type or, if another layer has that, the whole type.
    """

    kind: str
    type: str
    features: tuple[str, ...]
    name: str

    @property
    def plain(self) -> list[str]:
        """The features that are no slots, of which each has two columns, and no ends of relations."""
        after = zip(("", *self.features), self.features, strict=False)
        return [
            one for before, one in after if one and not one.startswith((_SLOT, "BT_")) and not before.startswith(_SLOT)
        ]

    def numbered(self, column: int) -> bool:
        """Whether numbers in COLUMN are of the annotations themselves, and not of what fills their slots."""
        return column == 0 or not self.features[column - 1].startswith(_SLOT)

    @property
    def chain(self) -> int:
        """Of a chain, the column that says which one and which place in it: mostly the first."""
        return self.features.index(CHAIN) if CHAIN in self.features else 0


@dataclass(frozen=True, slots=True)
class Row:
    """The line of a token, which is as it is in the file, with its cells by layer."""

    line: int
    id: str
    place: Part
    token: str
    cells: tuple[tuple[str, ...], ...]


def last_of(type_: str) -> str:
    """TYPE_ without its package."""
    return type_.rpartition(".")[2]


def unescaped(value: str) -> str:
    """VALUE, of a cell or a text, without the signs that escape others."""
    found = _ESCAPED.sub(lambda match: chr(int(match[1], 16)) if match[1] else _SIGNS.get(match[2], match[2]), value)
    # Of an emoji, both halves are escaped.
    return found.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if "\\u" in value else found


def annotations(layers: list[Layer], rows: list[Row]) -> tuple[list[Mark], list[Link]]:
    """The marks of all span layers and chains, and the links between them."""
    places: dict[str, list[Part]] = defaultdict(list)
    marked: dict[str, list[str]] = defaultdict(list)
    values: dict[str, dict[str, str]] = defaultdict(dict)
    lines: dict[str, int] = {}
    labels: dict[str, Layer] = {}
    for row in rows:
        for layer, cells in zip(layers, row.cells, strict=True):
            for place, key in enumerate(_keys(layer, row, cells)):
                if key is None:
                    continue
                places[key].append(row.place)
                marked[row.id].append(key)
                lines.setdefault(key, row.line)
                labels[key] = layer
                values[key] |= _values(layer, cells, place)
    marks = [
        Mark(key, _label(labels[key], values[key]), _range(places[key]), attributes=values[key], line=lines[key])
        for key in places
    ]
    links = list(_links(layers, rows, marked))
    used = {end for link in links for end in (link.source, link.target)} - set(places)
    tokens = {f"{TOKEN}:{row.id}": row for row in rows}
    marks += [Mark(key, TOKEN, (tokens[key].place,), line=tokens[key].line) for key in sorted(used & set(tokens))]
    return marks, links


def _label(layer: Layer, values: Mapping[str, str]) -> str:
    return label_of(layer.type, layer.plain, values)


def _range(places: list[Part]) -> tuple[Part, ...]:
    return ((min(start for start, _end in places), max(end for _start, end in places)),)


def _split(cell: str, sign: str) -> list[str]:
    """CELL at each SIGN that is not escaped."""
    return re.split(rf"(?<!\\){re.escape(sign)}", cell)


def _keys(layer: Layer, row: Row, cells: tuple[str, ...]) -> Iterator[str | None]:
    """The id of each annotation that is stacked on this token; None for an empty place."""
    if layer.kind == "RL":
        return
    if layer.kind == "CH":
        chained = map(_chained, _split(cells[layer.chain], "|"))
        yield from (_element(layer, *link) if link else None for link in chained)
        return
    stacks = [_split(cell, "|") for cell in cells]
    for place in range(max(map(len, stacks))):
        here = {column: stack[place] for column, stack in enumerate(stacks) if place < len(stack)}
        if all(one == "_" for one in here.values()):
            yield None
        else:
            told = (one for column, one in here.items() if layer.numbered(column))
            own = [match[1] for one in told if (match := _NUMBER.search(one))]
            yield f"{layer.name}:[{own[0]}]" if own else f"{layer.name}:{row.id}/{place}"


def _values(layer: Layer, cells: tuple[str, ...], place: int) -> dict[str, str]:
    """The plain features of the annotation at PLACE in the stack."""
    found, plain = {}, layer.plain
    for number, (feature, cell) in enumerate(zip(layer.features, cells, strict=True)):
        if feature not in plain:
            continue
        stack = _split(cell, "|")
        value = _NUMBER.sub("", stack[place]) if place < len(stack) else "_"
        if layer.kind == "CH" and number == layer.chain:
            value = value.partition("->")[0]
        if value not in ("_", "*"):
            found[feature] = unescaped(value)
    return found


def _links(layers: list[Layer], rows: list[Row], marked: Mapping[str, list[str]]) -> Iterator[Link]:
    """The links between the annotations that are MARKED on each token."""
    chains: dict[tuple[Layer, int], dict[int, int]] = defaultdict(dict)
    names = {layer.type: layer.name for layer in layers}
    for row in rows:
        for layer, cells in zip(layers, row.cells, strict=True):
            if layer.kind == "RL":
                yield from _relations(layer, row, cells, names, marked)
            elif layer.kind == "CH":
                for chain, place in filter(None, map(_chained, _split(cells[layer.chain], "|"))):
                    chains[layer, chain].setdefault(place, row.line)
            else:
                yield from _slots(layer, row, cells, names, marked)
    for (layer, chain), members in chains.items():
        for one, other in pairwise(sorted(members)):
            ends = _element(layer, chain, one), _element(layer, chain, other)
            yield Link(f"{layer.name}:next", *ends, members[one])


def _chained(cell: str) -> tuple[int, int] | None:
    """The chain that CELL (`*->2-1`) belongs to, and the place in it."""
    match = _CHAINED.search(cell)
    return (int(match[1]), int(match[2])) if match else None


def _element(layer: Layer, chain: int, place: int) -> str:
    """The id of an element of a chain, which may have several tokens."""
    return f"{layer.name}:{chain}-{place}"


def _relations(
    layer: Layer, row: Row, cells: tuple[str, ...], names: Mapping[str, str], marked: Mapping[str, list[str]]
) -> Iterator[Link]:
    """Links from governors, which the last column names, to the annotations on this token."""
    type_ = layer.features[-1].removeprefix("BT_")
    base = names.get(type_, last_of(type_))
    for place, one in enumerate(_split(cells[-1], "|")):
        if one not in _NOTHING:
            values = _values(layer, (*cells[:-1], "_"), place)
            match = _TARGET.fullmatch(one)
            source = _mark_at(base, match[1], match[3], marked) if match else one
            target = _mark_at(base, row.id, match and match[4], marked)
            yield Link(_label(layer, values), source, target, row.line, tuple(values.items()))


def _slots(
    layer: Layer, row: Row, cells: tuple[str, ...], names: Mapping[str, str], marked: Mapping[str, list[str]]
) -> Iterator[Link]:
    """Links from the annotations on this token to what fills their slots."""
    keys = list(_keys(layer, row, cells))
    for number, feature in enumerate(layer.features):
        if not feature.startswith(_SLOT):
            continue
        # After the name of the feature stands that of a type, which has a package.
        name = feature.partition(":")[2].partition(".")[0].rpartition("_")[0]
        type_ = layer.features[number + 1]
        base = names.get(type_, last_of(type_))
        roles, targets = _split(cells[number], "|"), _split(cells[number + 1], "|")
        for place, key in enumerate(keys):
            if key is None or place >= len(targets):
                continue
            stacked = _split(_NUMBER.sub("", roles[place]), ";") if place < len(roles) else []
            for which, target in enumerate(_split(targets[place], ";")):
                if target in _NOTHING:
                    continue
                match = _TARGET.fullmatch(target)
                role = unescaped(stacked[which]) if which < len(stacked) and stacked[which] not in _NOTHING else ""
                found = _mark_at(base, match[1], match[3], marked, _numbered(names, match[2])) if match else target
                yield Link(f"{name}:{role}" if role else name, key, found, row.line)


def _numbered(names: Mapping[str, str], number: str | None) -> str:
    """The name of the layer with NUMBER in the header."""
    return dict(enumerate(names.values(), 1)).get(int(number), "") if number else ""


def _mark_at(base: str, token: str, number: str | None, marked: Mapping[str, list[str]], rather: str = "") -> str:
    """The id of the annotation with NUMBER on TOKEN, of the layer BASE or, if that is `Annotation`, of any.

    If several layers have one, it is the one of the layer RATHER.
    """
    ending = f":[{number}]" if number and number != "0" else f":{token}/0"
    if base == TOKEN:
        return f"{TOKEN}:{token}"
    if base == _ANY:
        found = [key for key in marked.get(token, ()) if key.endswith(ending)]
        return found[0] if len(found) == 1 else f"{rather or base}{ending}"
    return f"{base}{ending}"
