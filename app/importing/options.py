"""The options of `dragoman import`: which data set it goes to, and what is printed with it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, select

from app.importing.formats import Format, formats
from app.importing.identifiers import clean
from app.loading.drafts import Draft
from app.loading.values import NOT_AN_ID, Id
from app.models import Dataset, ImportedFile

REJECTS, DUPLICATES = Path("rejects.csv"), Path("duplicates.csv")
_ids = TypeAdapter(Id)


class BadOption(ValueError):
    """An option that cannot be followed; the message is for a person."""


@dataclass(frozen=True, slots=True)
class SetAsked:
    """What the caller says of the data set that an import goes to."""

    name: str | None = None
    license: str | None = None
    attribution: str | None = None

    def printed(self) -> dict[str, str]:
        """What is to be printed with answers, as far as it is given. Raises BadOption if it is empty."""
        given = {"license": self.license, "attribution": self.attribution}
        found = {name: clean(value) for name, value in given.items() if value is not None}
        for name, value in found.items():
            if not value:
                raise BadOption(
                    f"--{name} is empty: it is printed with every answer; leave it out for the format's own"
                )
        return found


def set_id(name: str) -> str:
    """NAME as the id of a data set. Raises BadOption."""
    try:
        return _ids.validate_python(name)
    except ValidationError:
        raise BadOption(f"--dataset {name!r} {NOT_AN_ID}") from None


def dataset_of(db: Connection, format: Format, asked: SetAsked) -> Draft:
    """The data set that an import goes to: as it is stored, or of FORMAT, with what is ASKED otherwise.

    Raises BadOption.
    """
    key = set_id(asked.name or format.dataset)
    if other := _other_source(db, key, format):
        raise BadOption(
            f"the data set {key} has {other} records, whose ids these may have too; give another with --dataset"
        )
    about = format.about
    stored = db.execute(select(*Dataset.__table__.columns).where(Dataset.id == key)).mappings().first()
    row: dict[str, Any] = {
        "id": key,
        "title": about.title if key == format.dataset else key,
        "publisher": about.publisher,
        "license": about.license,
        "attribution": about.attribution,
        "homepage": about.homepage,
        "version": "1",
        "files_digest": None,
    }
    if stored:
        row = {column: stored[column] for column in row}
        if stored["files_digest"]:
            raise BadOption(f"the data set {key} is loaded from a folder; give another with --dataset")
    return Draft(Dataset, row | asked.printed())


def _other_source(db: Connection, key: str, format: Format) -> str | None:
    """A format of another source that was imported into the data set KEY before."""
    found = db.scalars(select(ImportedFile.format).where(ImportedFile.dataset_id == key).distinct())
    known = formats()
    return next((name for name in sorted(found) if name in known and known[name].dataset != format.dataset), None)
