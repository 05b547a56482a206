"""Reading a folder of annotated articles: dataset.yaml, actors.yaml, places.yaml and articles/*.yaml."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Generic, TypeVar, get_args

from pydantic import AliasChoices, BaseModel, ValidationError
from pydantic.fields import FieldInfo

from app.loading import annotated
from app.loading.faults import Fault, Refused, first
from app.loading.reading import Sheet, dotted, read_file
from app.loading.values import ID_PATTERN, NOT_AN_ID, SOME_TEXT, URL_PATTERN
from app.nearest import nearest

Content = TypeVar("Content", bound=annotated.Annotation)

# Pydantic's errors in words for the person who wrote the file.
_WORDS = {
    "missing": "is missing",
    "invalid_key": "is a key that is no text; put it in quotes",
    "extra_forbidden": "is not known here",
    "string_type": "must be text",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "dict_type": "must be a mapping",
    "model_type": "must be a mapping",
    "float_type": "must be a number",
    "string_too_short": "is empty",
    "string_too_long": "is too long",
    "less_than_equal": "must be at most {le:g}",
    "greater_than_equal": "must be at least {ge:g}",
}
_WORDS_OF_PATTERNS = {
    ID_PATTERN: NOT_AN_ID,
    URL_PATTERN: "is not an address, which begins with http:// or https:// and has no blanks",
    SOME_TEXT: "is blank",
}
_UNSEEN = {"missing", "extra_forbidden"}


@dataclass(frozen=True, slots=True)
class Source(Generic[Content]):
    """A file and its content as a model."""

    sheet: Sheet
    content: Content


@dataclass(frozen=True, slots=True)
class Folder:
    """The files of a data set. Each is sound by itself; whether they agree has yet to be checked.

    A file with `faults` of its own is left out, but its ids are in `loose`, because other files may name them.
    """

    dataset: annotated.Dataset | None
    actors: Source[annotated.Actors]
    places: Source[annotated.Places]
    articles: list[Source[annotated.Article]]
    digest: str
    faults: list[Fault]
    loose: dict[str, set[str]]


def read_folder(path: Path, watch: Callable[[list[Path]], Iterator[Path]] = iter) -> Folder:
    """Read the data set in PATH; WATCH may show progress over its articles. Raises Refused if a file cannot be read."""
    if not (path / "dataset.yaml").is_file():
        raise Refused([Fault(str(path), 1, "folder", "is not a data set: it has no dataset.yaml")])
    files = sorted((path / "articles").glob("*.yaml"))
    faults: list[Fault] = []
    named = [path / f"{name}.yaml" for name in ("dataset", "actors", "places")]
    sheets = [_read(file, faults) for file in [*named, *watch(files)]]
    others = set((path / "articles").glob("*.y*ml")) | set((path / "articles").glob("*.json"))
    faults += [
        Fault(f"articles/{file.name}", 1, "file", "is not read; name it .yaml") for file in others.difference(files)
    ]
    loose: dict[str, set[str]] = defaultdict(set)
    dataset = _sound(sheets[0], annotated.Dataset, faults, loose)
    actors = _sound(sheets[1], annotated.Actors, faults, loose)
    places = _sound(sheets[2], annotated.Places, faults, loose)
    articles = [_sound(sheet, annotated.Article, faults, loose) for sheet in sheets[3:]]
    for index, (file, source) in enumerate(zip(files, articles, strict=True)):
        if source and source.content.id != file.stem:
            faults.append(
                source.sheet.fault(("id",), "must be the file's name", source.content.id, nearest=[file.stem])
            )
            loosen(source.sheet, loose)
            articles[index] = None
    if sheets[1] is None or sheets[2] is None or None in sheets:
        raise Refused(faults)
    return Folder(
        dataset.content if dataset else None,
        actors or Source(sheets[1], annotated.Actors(actors=[])),
        places or Source(sheets[2], annotated.Places(places=[])),
        [source for source in articles if source],
        digest_of(path),
        faults,
        loose,
    )


def digest_of(path: Path) -> str:
    """A hash of all files of the data set in PATH, equal while none has changed."""
    files = [
        path / "dataset.yaml",
        path / "actors.yaml",
        path / "places.yaml",
        *sorted((path / "articles").glob("*.yaml")),
    ]
    found = sha256()
    for file in files:
        if file.is_file():
            found.update(file.name.encode() + b"\0" + sha256(file.read_bytes()).digest())
    return found.hexdigest()


def validated(sheet: Sheet, model: type[Content]) -> Content:
    """SHEET as MODEL. Raises Refused with every fault of the file."""
    try:
        return model.model_validate(sheet.content, by_alias=True, by_name=False)
    except ValidationError as error:
        raise Refused(first(_fault(sheet, model, detail) for detail in error.errors(include_url=False))) from None


def _read(file: Path, faults: list[Fault]) -> Sheet | None:
    try:
        return read_file(file, f"articles/{file.name}" if file.parent.name == "articles" else file.name)
    except Refused as refused:
        faults += refused.faults
        return None


def _sound(
    sheet: Sheet | None, model: type[Content], faults: list[Fault], loose: dict[str, set[str]]
) -> Source[Content] | None:
    """SHEET as MODEL. If it has faults, these go to FAULTS and its ids to LOOSE, and it is None."""
    if sheet is None:
        return None
    try:
        return Source(sheet, validated(sheet, model))
    except Refused as refused:
        faults += refused.faults
        loosen(sheet, loose)
        return None


def loosen(sheet: Sheet, loose: dict[str, set[str]]) -> None:
    """Note the ids that SHEET has, as far as it can be read."""
    for kind in ("actor", "place", "event", "statement"):
        listed = sheet.content.get(f"{kind}s") if isinstance(sheet.content, dict) else None
        found = (one.get("id") for one in listed if isinstance(one, dict)) if isinstance(listed, list) else ()
        loose[kind] |= {one for one in found if isinstance(one, str)}


def _fault(sheet: Sheet, model: type[BaseModel], detail: Any) -> Fault:
    path = tuple(step for step in detail["loc"] if step not in ("[key]", "function-before"))
    context = detail.get("ctx", {})
    found = None if detail["type"] in _UNSEEN or isinstance(detail["input"], (dict, list)) else detail["input"]
    words = _WORDS_OF_PATTERNS.get(context.get("pattern")) or _WORDS.get(detail["type"])
    message = words.format(**context) if words else detail["msg"]
    allowed = context.get("allowed", ())
    if detail["type"] == "literal_error":
        message, allowed = (
            "is not allowed",
            [word.strip("' ") for word in context["expected"].replace(" or ", ",").split(",")],
        )
    near = context.get("nearest", ())
    if detail["type"] == "extra_forbidden":
        allowed = _names(model, path[:-1])
        near = nearest(str(path[-1]), allowed)
    fault = sheet.fault(path, message, found, allowed=allowed, nearest=near)
    return fault if path else Fault(sheet.file, 1, dotted(path), message)


def _names(model: type[BaseModel], path: Sequence[str | int]) -> list[str]:
    """The names that the mapping at PATH of MODEL takes."""
    fields = {name: field for own, field in model.model_fields.items() for name in _spelled(own, field)}
    step = next((step for step in path if isinstance(step, str)), None)
    if step is None:
        return list(fields)
    inside = _model_in(fields[step].annotation) if step in fields else None
    return _names(inside, path[path.index(step) + 1 :]) if inside else []


def _spelled(name: str, field: FieldInfo) -> list[str]:
    """How the field NAME is written in a file."""
    alias = field.validation_alias
    return [str(one) for one in alias.choices] if isinstance(alias, AliasChoices) else [str(alias or name)]


def _model_in(kind: Any) -> type[BaseModel] | None:
    """The model that KIND, the type of a field, is made of, such as that of the items of a list."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind
    return next((found for part in get_args(kind) if (found := _model_in(part))), None)
