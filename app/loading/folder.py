"""Reading a folder of annotated articles: dataset.yaml, actors.yaml, places.yaml and articles/*.yaml."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Generic

from app.loading import annotated
from app.loading.faults import Fault, Refused
from app.loading.reading import Sheet, read_file
from app.loading.validating import Content, validated

# Goes through the articles of a data set, and may show how far it is.
Watch = Callable[[list[Path]], Iterator[Path]]


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


def read_folder(path: Path, watch: Watch = iter) -> Folder:
    """Read the data set in PATH. Raises Refused if a file cannot be read."""
    if not (path / "dataset.yaml").is_file():
        raise Refused([Fault(str(path), 1, "folder", "is not a data set: it has no dataset.yaml")])
    named, files = _files(path)
    faults: list[Fault] = []
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
    named, articles = _files(path)
    found = sha256()
    for file in [*named, *articles]:
        if file.is_file():
            found.update(file.name.encode() + b"\0" + sha256(file.read_bytes()).digest())
    return found.hexdigest()


def _files(path: Path) -> tuple[list[Path], list[Path]]:
    """The files of the data set in PATH: those that each has one of, and its articles in order."""
    one_each = [path / f"{name}.yaml" for name in ("dataset", "actors", "places")]
    return one_each, sorted((path / "articles").glob("*.yaml"))


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
