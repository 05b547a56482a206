"""What the tests of importing share: an import into a database, and all that it wrote but for the hour."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from app.database import open_engine
from app.importing.formats import formats
from app.importing.options import SetAsked, dataset_of
from app.importing.reporting import Report
from app.importing.running import BATCH, Job, run
from app.models import Base
from tests.conftest import client_of
from tests.folders import dump

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")
_UNTOLD = ("created_at", "updated_at", "at", "valid_from")


def imported(engine: Engine, name: str, *paths: Path, batch: int = BATCH, **options: Any) -> Report:
    """The report of an import of the files at PATHS, which are of the format NAME."""
    report = Report(options.pop("rejects", None), options.pop("duplicates", None))
    with engine.connect() as db:
        asked = SetAsked(*(options.pop(one, None) for one in ("dataset", "license", "attribution")))
        dataset = dataset_of(db, formats()[name], asked)
    run(engine, Job(formats()[name], dataset, paths, batch=batch, **options.pop("job", {})), report, **options)
    report.close()
    return report


class World:
    """A database and a client of it; what a test imports is written to a file in FOLDER."""

    def __init__(self, engine: Engine, client: TestClient, folder: Path) -> None:
        self.engine, self.client, self.folder = engine, client, folder

    def file(self, name: str) -> Path:
        """The file with rows of the format NAME."""
        return self.folder / f"{name}.csv"

    def bring(self, name: str, *lines: str, **options: Any) -> Report:
        """The report of an import of LINES, which are of the format NAME."""
        self.file(name).write_text("".join(line + "\n" for line in lines), "utf-8")
        return imported(self.engine, name, self.file(name), **options)

    def get(self, path: str) -> Any:
        """The data that the API has at PATH."""
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]


@contextmanager
def importing_into(url: str, folder: Path) -> Iterator[World]:
    """The database at URL, to import into."""
    engine = open_engine(url)
    with client_of(url) as client:
        yield World(engine, client, folder)
    engine.dispose()


def written(engine: Engine) -> dict[str, list[str]]:
    """Every row of what there is now, without hours, writes and the numbers that a database gives by itself."""
    found = {}
    for name, rows in dump(engine).items():
        if name.endswith("_past"):
            continue
        columns = Base.metadata.tables[name].columns.keys()
        kept = [
            n
            for n, column in enumerate(columns)
            if column not in _UNTOLD and not (column == "id" and name == "evidence")
        ]
        found[name] = sorted(_INSTANT.sub("", repr([row[n] for n in kept])) for row in rows)
    with engine.connect() as db:
        vector = "vector" if engine.dialect.name == "postgresql" else "title"
        found["search_text"] = sorted(map(repr, db.execute(text(f"SELECT rowid, {vector} FROM search_text"))))
    return found
