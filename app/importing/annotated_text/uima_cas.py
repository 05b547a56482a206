"""UIMA CAS, as XMI (with the `TypeSystem.xml` beside it) or as JSON, read by dkpro-cassis.

Every annotation is a mark, labelled with the last part of its type's name. Features that point to other annotations are
links: `Governor` and `Dependent` make a relation, and the links of a slot have a `role` and a `target`. Tokens and
sentences are left out. An XMI file without a type system is read too; references are recognised by their values. XML
with a DOCTYPE is not read, so that there are no entities.
"""

import warnings
from collections import defaultdict
from collections.abc import Iterator
from io import BytesIO, StringIO
from typing import Any

from cassis import Cas, TypeSystem, load_cas_from_json, load_cas_from_xmi, load_typesystem
from cassis.typesystem import Feature, Type, TypeNotFoundError

from app.importing.annotated_text.decoding import decoded, value_of
from app.importing.annotated_text.inception import PROJECT, by_whom, label_of
from app.importing.annotated_text.shape import AnnotatedText, Given, Link, Mark, Read, Unreadable, stem
from app.importing.annotated_text.uima_checks import (
    ID,
    XMI,
    Element,
    check_json,
    check_xmi,
    elements_of,
    type_of,
    without_controls,
)
from app.importing.annotated_text.units import BLANKED, settled
from app.importing.records import Skipped

_TYPE_SYSTEMS = ("typesystem.xml", "debug-typesystem.xml")
_PASSED_OVER = {"Token", "Sentence", "DocumentAnnotation", "TagsetDescription", "TagDescription", "CASMetadata", "Sofa"}
_OWN = {"sofa", "begin", "end"}
_ENDS = {"Governor", "Dependent"}
# What cassis calls features with names that it needs for itself.
_RENAMED = {"self_": "self", "type_": "type"}
# Features that are numbers, even if there is an element with that id.
_NUMBERS = {"order", "id"}


def read(given: Given) -> Read:
    """The text of the file GIVEN; a type system has none, nor the description of a project."""
    if given.name.lower().endswith((".xmi", ".xml")):
        data = without_controls(given.data)
        elements = elements_of(data)
        if any(name == "typeSystemDescription" for _space, name, *_ in elements[:1]):
            return
        if not any(space == XMI for space, *_ in elements[:1]):
            raise Unreadable("is XML, but no XMI")
        check_xmi(elements)
        types, remarks = _type_system(given, elements)
        remarks += (BLANKED,) if data != given.data else ()
        cas = _loaded(lambda: load_cas_from_xmi(BytesIO(data), typesystem=types, lenient=True))
    else:
        if stem(given.name) == PROJECT:
            return
        content = value_of(text := decoded(given.data))
        if isinstance(content, dict) and {"_views", "_referenced_fss"} <= set(content):
            raise Unreadable("is the older JSON of UIMA; export it again as UIMA CAS JSON 0.4.0 or as UIMA CAS XMI")
        if not isinstance(content, dict) or not {"%VIEWS", "%TYPES", "%FEATURE_STRUCTURES"} & set(content):
            raise Unreadable("is JSON, but no UIMA CAS: it has no %VIEWS")
        check_json(content)
        remarks = ()
        cas = _loaded(lambda: load_cas_from_json(StringIO(text)))
    yield from _view(given, cas, remarks)


def _loaded(load: Any) -> Cas:
    with warnings.catch_warnings():
        # What cassis warns of (unknown types and offsets) is checked and reported below.
        warnings.simplefilter("ignore")
        try:
            found: Cas = load()
        except TypeNotFoundError as error:
            raise Unreadable(f"is not a whole UIMA CAS: {error}") from None
        except SyntaxError:
            # It makes classes of types, and attributes of features.
            raise Unreadable(
                "has a feature with a name that cannot be read here, such as class or from; export it as WebAnno TSV"
            ) from None
        except Exception:  # noqa: BLE001 - on a damaged file cassis raises whatever it stumbles over
            raise Unreadable("is not a whole UIMA CAS: its parts do not fit together; export it again") from None
    return found


def _type_system(given: Given, elements: list[Element]) -> tuple[TypeSystem, tuple[str, ...]]:
    for name in sorted(given.neighbours()):
        if name.lower().endswith(_TYPE_SYSTEMS) and (data := given.beside(name)) is not None:
            elements_of(data)
            types: TypeSystem = _loaded(lambda data=data: load_typesystem(BytesIO(data)))
            used = filter(None, {type_of(space, kind) for space, kind, *_ in elements})
            unknown = sorted(kind for kind in used if not types.contains_type(kind))
            _complete(types, elements)
            return types, tuple(f"{name} lacks the type {kind}: its annotations are left out" for kind in unknown)
    return _inferred(elements), ("there is no TypeSystem.xml; references were told from the values",)


def _inferred(elements: list[Element]) -> TypeSystem:
    """A type system for what ELEMENTS use."""
    types = TypeSystem()
    for type_, features in _seen(elements).items():
        if not types.contains_type(type_):
            base = (
                "tcas.Annotation" if "begin" in features else "cas.AnnotationBase" if "sofa" in features else "cas.TOP"
            )
            types.create_type(type_, f"uima.{base}")
    _complete(types, elements)
    return types


def _complete(types: TypeSystem, elements: list[Element]) -> None:
    """Give TYPES the features that ELEMENTS have and they lack: what refers to others is told from the values."""
    ids = {attributes[ID] for _space, _name, attributes, _line in elements if ID in attributes}
    repeated = _repeated(elements)
    for type_, features in _seen(elements).items():
        if not types.contains_type(type_):
            continue
        made = types.get_type(type_)
        for key, given in features.items():
            if " " not in key and key not in _OWN:
                _add(types, made, key, "uima.cas.String" if key in _NUMBERS else _range(given, ids))
        for key in repeated[type_]:
            _add(types, made, key, "uima.cas.StringArray")


def _add(types: TypeSystem, made: Type, name: str, range_: str) -> None:
    """Give MADE, which is one of TYPES, the feature NAME of RANGE_, if it lacks that."""
    if name in map(_called, made.all_features):
        return
    with warnings.catch_warnings():
        # cassis warns of names that it changes.
        warnings.simplefilter("ignore")
        types.create_feature(made, name, range_)


def _seen(elements: list[Element]) -> dict[str, dict[str, list[str]]]:
    """The features of each type in ELEMENTS, with their values."""
    seen: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for space, name, attributes, _line in elements:
        if type_ := type_of(space, name):
            for key, value in attributes.items():
                seen[type_][key].append(value)
    return seen


def _repeated(elements: list[Element]) -> dict[str, set[str]]:
    """The features of each type in ELEMENTS that are elements themselves, one for each of several words."""
    found: dict[str, set[str]] = defaultdict(set)
    inside = None
    for space, name, *_ in elements:
        if space:
            inside = type_of(space, name)
        elif inside:
            found[inside].add(name)
    return found


def _range(given: list[str], ids: set[str]) -> str:
    """The range of a feature by its values: a reference, several references, or text."""
    told = [value.split() for value in given]
    if not all(value and set(value) <= ids for value in told):
        return "uima.cas.String"
    return "uima.cas.FSArray" if any(len(value) > 1 for value in told) else "uima.cas.TOP"


def _view(given: Given, cas: Cas, remarks: tuple[str, ...]) -> Read:
    """The annotations of one view of CAS: the first that has a text and marks in it, or else the first with a text."""
    views = [view for sofa in cas.sofas if (view := cas.get_view(sofa.sofaID)).sofa_string]
    if not views:
        raise Unreadable("has no text: none of its views has a sofaString")
    marked = [view for view in views if _count(view)]
    view = (marked or views)[0]
    for other in marked[1:]:
        name = other.get_sofa().sofaID
        yield Skipped(1, f"the view {name} is left out, with {_count(other)} annotations: one text is read", name)
    marks: list[Mark] = []
    links: list[Link] = []
    meta: dict[str, str] = {}
    for one in sorted(view.select_all_fs(), key=lambda one: one.xmiID or 0):
        name = one.type.name.rpartition(".")[2]
        plain = dict(_plain(one))
        if name == "DocumentMetaData" or one.type.name == "uima.tcas.DocumentAnnotation":
            meta |= {key: value for key, value in plain.items() if value not in ("", "x-unspecified")}
        elif name not in _PASSED_OVER:
            label = label_of(one.type.name, _primitive(one, cas.typesystem), plain)
            links += (found := list(_links(one, label)))
            if not found and _is_no_relation(one):
                why = f"the {name} {one.xmiID} is neither words nor a relation with a Governor and a Dependent"
                yield Skipped(1, why, str(plain))
            if _is_mark(one):
                marks.append(Mark(str(one.xmiID), label, ((one.begin, one.end),), attributes=plain))
            elif _is_of_text(one, cas.typesystem):
                said = {f"{name}.{key}": value for key, value in plain.items()}
                meta |= {key: f"{meta[key]}, {value}" if key in meta else value for key, value in said.items()}
    name, annotator = by_whom(given.name)
    used = {end for link in links for end in (link.source, link.target)}
    marks += [
        Mark(str(one.xmiID), "Token", ((one.begin, one.end),))
        for one in view.select_all_fs()
        if one.type.name.endswith(".Token") and str(one.xmiID) in used
    ]
    name = stem(meta["documentTitle"]) if meta.get("documentTitle") else name
    read = AnnotatedText(
        given.name, 1, name, view.sofa_string, tuple(marks), tuple(links), meta, annotator, remarks=remarks
    )
    # cassis has made code points of the UTF-16 units that it found.
    yield from settled(read, "code points", sure=True)


def _count(view: Cas) -> int:
    """How many marks VIEW has."""
    found = (one for one in view.select_all_fs() if one.type.name.rpartition(".")[2] not in _PASSED_OVER)
    return sum(_is_mark(one) for one in found if not one.type.name.endswith(".DocumentMetaData"))


def _is_mark(one: Any) -> bool:
    """Whether ONE marks words, and is not a relation."""
    begin, end = getattr(one, "begin", None), getattr(one, "end", None)
    return isinstance(begin, int) and isinstance(end, int) and getattr(one, "Governor", None) is None


def _is_no_relation(one: Any) -> bool:
    """Whether ONE names others that mark words, and neither marks some itself, nor heads a chain, nor fills a slot."""
    known = _OWN | {"first", "target"}
    named = (getattr(one, each.name, None) for each in one.type.all_features if each.name not in known)
    return not _is_mark(one) and any(_is_mark(each) for value in named for each in _members(value))


def _members(value: Any) -> list[Any]:
    """What VALUE holds, if it is an array or a list, or else itself."""
    found: dict[int, Any] = {}
    while getattr(getattr(value, "type", None), "name", "").startswith("uima.cas.NonEmpty") and id(value) not in found:
        found[id(value)] = value.head
        value = value.tail
    listed = list(found.values()) if found else getattr(value, "elements", value)
    return listed if isinstance(listed, list) else [value]


def _is_of_text(one: Any, types: TypeSystem) -> bool:
    """Whether ONE annotates the whole text: it is of a view, but not at a place in it, and not a relation."""
    base = types.get_type("uima.cas.AnnotationBase")
    return bool(types.subsumes(base, one.type)) and not hasattr(one, "begin")


def _plain(one: Any) -> Iterator[tuple[str, str]]:
    for feature in one.type.all_features:
        listed = [each for each in _members(getattr(one, feature.name, None)) if each is not None]
        if feature.name not in _OWN | _ENDS and listed and all(isinstance(each, str | int | float) for each in listed):
            yield _called(feature), ", ".join(map(str, listed))


def _primitive(one: Any, types: TypeSystem) -> list[str]:
    """The features that a type like that of ONE may have beside references, whether ONE has them or not."""
    features = (each for each in one.type.all_features if each.name not in _OWN | _ENDS)
    return [_called(each) for each in features if types.is_primitive(each.rangeType)]


def _called(feature: Feature) -> str:
    """What FEATURE is called in the file."""
    name: str = feature.name
    return _RENAMED.get(name, name)


def _links(one: Any, label: str) -> Iterator[Link]:
    if getattr(one, "Governor", None) is not None and getattr(one, "Dependent", None) is not None:
        # What is not there is left as its id.
        governor, dependent = (str(getattr(end, "xmiID", end)) for end in (one.Governor, one.Dependent))
        yield Link(label, governor, dependent, attributes=tuple(_plain(one)))
        return
    if not _is_mark(one):
        return
    for feature in one.type.all_features:
        name = _called(feature)
        for each in _members(getattr(one, feature.name, None)):
            if name in _OWN or each is None or not hasattr(each, "xmiID"):
                continue
            if name == "next":
                yield Link(f"{one.type.name.rpartition('.')[2]}:next", str(one.xmiID), str(each.xmiID))
            elif (target := getattr(each, "target", None)) is not None and hasattr(target, "xmiID"):
                role = getattr(each, "role", None)
                yield Link(f"{name}:{role}" if role else name, str(one.xmiID), str(target.xmiID))
            elif _is_mark(each):
                yield Link(name, str(one.xmiID), str(each.xmiID))
