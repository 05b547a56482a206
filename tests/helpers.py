"""What several test files need: lists read whole, the YAML of the seed, and a second data set with oddities."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from starlette.testclient import TestClient

from app.database import open_engine, writing
from app.loading import load_folder
from tests.conftest import LOADED_AT, SEED, Databases

Record = dict[str, Any]
Wanted = Callable[[Record], bool]
# A query, and what the records look like that it finds.
Case = tuple[str, Wanted]

ODD = Path(__file__).parent / "odd"
SCRIPTS = Path(__file__).parent / "scripts"
# Before the seed, though it is loaded after it: `updated_at` does not follow the revisions.
ODD_AT = datetime(2025, 3, 4, 5, 6, 7, 890123, tzinfo=UTC)
FOUNDING = "2016-10-03-seed-lavrov-kerry-aleppo"
KINDS = ("events", "statements", "actors", "articles", "places", "datasets")
# A slow question: a hundred conditions, each of which holds for many events and is looked up for each.
DEAR = "/v1/events?actor_country__all=" + ",".join(["RUS"] * 100) + "&role__all=" + ",".join(["target"] * 100)
# What changes whenever the seed does.
HISTORY = ("revision", "created_at", "updated_at")


@cache
def odd_url(databases: Databases) -> str:
    """The address of a database with the seed and the odd ones."""
    url = databases.copy("seeded")
    load(url, ODD, ODD_AT)
    return url


@cache
def scripts_url(databases: Databases) -> str:
    """The address of a database with the seed and records in scripts that the seed lacks."""
    url = databases.copy("seeded")
    load(url, SCRIPTS)
    return url


def load(url: str, folder: Path, at: datetime = LOADED_AT) -> None:
    """Load the data set in FOLDER into the database at URL, as if at that moment."""
    engine = open_engine(url)
    with writing(engine) as db:
        load_folder(db, folder, at=at)
    engine.dispose()


def listed(client: TestClient, path: str, query: str = "") -> list[Record]:
    """Everything that the list at PATH has for QUERY, in one page."""
    answer = client.get(f"{path}?limit=1000&{query}".rstrip("&"))
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["page"] == {"limit": 1000, "next": None, "total": None}
    rows: list[Record] = body["data"]
    return rows


def ids(records: Iterable[Record]) -> list[str]:
    """The ids of RECORDS."""
    return [record["id"] for record in records]


def found(client: TestClient, path: str, query: str) -> list[str]:
    """The ids that the list at PATH finds for QUERY, sorted; none comes twice."""
    return sorted(ids(listed(client, path, query)))


def detail(client: TestClient, kind: str, key: str) -> Record:
    """The record KEY of KIND with all its parts."""
    answer = client.get(f"/v1/{kind}/{key}")
    assert answer.status_code == 200, answer.text
    record: Record = answer.json()["data"]
    return record


def details(client: TestClient, kind: str) -> list[Record]:
    """Every record of KIND with all its parts."""
    return [detail(client, kind, key) for key in ids(listed(client, f"/v1/{kind}"))]


def check_case(client: TestClient, path: str, records: list[Record], case: Case) -> None:
    """The query of CASE finds exactly those of RECORDS that it wants: some, and not all."""
    query, wanted = case
    expected = sorted(record["id"] for record in records if wanted(record))
    assert 0 < len(expected) < len(records)
    assert found(client, path, query) == expected


def opposites(cases: Iterable[Case], several: Iterable[str]) -> list[str]:
    """The queries of CASES that use one filter only, of those that take SEVERAL values: `__not` is their opposite."""
    names = set(several)
    return [query for query, _ in cases if "&" not in query and query.partition("=")[0] in names]


def check_opposite(client: TestClient, path: str, records: list[Record], query: str) -> None:
    """QUERY and its `__not` share no record of RECORDS and leave none out, also where the value is missing."""
    name, _, value = query.partition("=")
    left, right = found(client, path, query), found(client, path, f"{name}__not={value}")
    assert sorted(left + right) == sorted(ids(records))


def check_names(cases: Iterable[Case], names: Iterable[str]) -> None:
    """CASES try every filter of NAMES."""
    tried = {part.partition("=")[0] for query, _ in cases for part in query.split("&")}
    assert {name.removesuffix("__all").removesuffix("__not") for name in tried} == set(names)


def overlaps(span: Record, start: str | None, end: str | None) -> bool:
    """A date as it is served shares a day with START to END; an open end of it reaches to today, or to its start."""
    if span["start"] is None and span["end"] is None:
        return False
    today = datetime.now(UTC).date().isoformat()
    last = span["end"] or max(today, span["start"])
    return (start is None or last >= start) and (end is None or (span["start"] or "") <= end)


def key(reference: Record | None) -> str | None:
    """The id of a reference, if there is one."""
    return None if reference is None else reference["id"]


@cache
def annotated(article: str) -> Record:
    """The seed's file of ARTICLE as plain YAML, every scalar a text."""
    content: Record = yaml.load((SEED / "articles" / f"{article}.yaml").read_text("utf-8"), Loader=yaml.BaseLoader)
    return content


@cache
def articles() -> list[Record]:
    """All of the seed's files of articles, as plain YAML."""
    return [annotated(path.stem) for path in sorted((SEED / "articles").glob("*.yaml"))]


@cache
def written_event(event: str) -> Record:
    """What the seed's files say that EVENT is."""
    (only,) = [one for file in articles() for one in file.get("events", []) if one["id"] == event and "label" in one]
    defined: Record = only
    return defined


@cache
def written_statement(statement: str) -> Record:
    """What the seed's file says of STATEMENT."""
    article = annotated(statement.rpartition("-s")[0])
    (only,) = [one for one in article["statements"] if one["id"] == statement]
    said: Record = only
    return said


@cache
def office_of(actor: str) -> str:
    """The title of the one office that the seed's file knows of ACTOR."""
    content: Record = yaml.load((SEED / "actors.yaml").read_text("utf-8"), Loader=yaml.BaseLoader)
    (only,) = [role for one in content["actors"] if one["id"] == actor for role in one["roles"]]
    return str(only["title"])


def article_reference(article: str, publisher: Record | None = None) -> Record:
    """A reference to an ARTICLE of the seed that was printed on a known day."""
    written = annotated(article)
    return {
        "id": article,
        "title": written["title"]["en"],
        "publisher": publisher,
        "url": f"/v1/articles/{article}",
        "source_url": None if written["source_url"] == "null" else written["source_url"],
        "published": day(written["published"]),
    }


def day(at: str) -> Record:
    """A date that is exact to the day."""
    return {"start": at, "end": at, "precision": "day"}


def words(article: str, exact: str) -> Record:
    """The selectors of words that stand once in the text of an ARTICLE of the seed, found anew."""
    text = annotated(article)["text"].rstrip()
    assert text.count(exact) == 1
    start = text.index(exact)
    end = start + len(exact)
    return {
        "exact": exact,
        "prefix": text[max(0, start - 32) : start],
        "suffix": text[end : end + 32],
        "start": start,
        "end": end,
        "language": annotated(article)["language"],
    }


def without(record: Record, *names: str) -> Record:
    """RECORD without NAMES."""
    return {name: value for name, value in record.items() if name not in names}
