"""A folder of annotated articles, read whole: dataset.yaml, actors.yaml, places.yaml and articles/*.yaml."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from app.loading import annotated
from app.loading.faults import Fault, Refused
from app.loading.reading import Sheet, dotted, read_file

Content = TypeVar("Content", bound=annotated.Annotation)

# What pydantic says, in words for the person who wrote the file.
_WORDS = {
    "missing": "is missing",
    "extra_forbidden": "is not known here",
    "string_type": "must be text",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "dict_type": "must be a mapping",
    "model_type": "must be a mapping",
    "float_parsing": "must be a number",
    "string_too_short": "is empty",
}
_UNSEEN = {"missing", "extra_forbidden"}


@dataclass(frozen=True, slots=True)
class Source(Generic[Content]):
    """A file and what it says."""

    sheet: Sheet
    content: Content


@dataclass(frozen=True, slots=True)
class Folder:
    """What a data set's files say; each is sound by itself, their ties are not yet checked."""

    dataset: Source[annotated.Dataset]
    actors: Source[annotated.Actors]
    places: Source[annotated.Places]
    articles: list[Source[annotated.Article]]
    digest: str


def read_folder(path: Path, watch: Callable[[list[Path]], Iterator[Path]] = iter) -> Folder:
    """Read the data set in PATH; WATCH may show progress over its articles. Raises Refused with every fault."""
    if not (path / "dataset.yaml").is_file():
        raise Refused([Fault(str(path), 1, "folder", "is no data set: it has no dataset.yaml")])
    faults: list[Fault] = []
    dataset = _read(path / "dataset.yaml", annotated.Dataset, faults)
    actors = _read(path / "actors.yaml", annotated.Actors, faults)
    places = _read(path / "places.yaml", annotated.Places, faults)
    files = sorted((path / "articles").glob("*.yaml"))
    articles = [_read(file, annotated.Article, faults) for file in watch(files)]
    faults += [
        source.sheet.fault(("id",), "must be the file's name", source.content.id, nearest=[file.stem])
        for file, source in zip(files, articles, strict=True)
        if source and source.content.id != file.stem
    ]
    if faults or not (dataset and actors and places):
        raise Refused(faults)
    return Folder(dataset, actors, places, [source for source in articles if source], digest_of(path))


def digest_of(path: Path) -> str:
    """A hash of all files of the data set in PATH: equal while nothing changed."""
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
        raise Refused([_fault(sheet, detail) for detail in error.errors(include_url=False)]) from None


def _read(file: Path, model: type[Content], faults: list[Fault]) -> Source[Content] | None:
    name = f"{file.parent.name}/{file.name}" if file.parent.name == "articles" else file.name
    try:
        sheet = read_file(file, name)
        return Source(sheet, validated(sheet, model))
    except Refused as refused:
        faults += refused.faults
        return None


def _fault(sheet: Sheet, detail: Any) -> Fault:
    path = tuple(step for step in detail["loc"] if step not in ("[key]", "function-before"))
    context = detail.get("ctx", {})
    found = None if detail["type"] in _UNSEEN or isinstance(detail["input"], (dict, list)) else detail["input"]
    message = _WORDS.get(detail["type"], detail["msg"])
    allowed = context.get("allowed", ())
    if detail["type"] == "literal_error":
        message, allowed = (
            "is not allowed",
            [word.strip("' ") for word in context["expected"].replace(" or ", ",").split(",")],
        )
    fault = sheet.fault(path, message, found, allowed=allowed, nearest=context.get("nearest", ()))
    return fault if path else Fault(sheet.file, 1, dotted(path), message)
