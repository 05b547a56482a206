"""The floor: a bare ASGI application that does by hand what Dragoman does, and nothing else.

No framework, no checks, no headers but two; hand-written SQL and orjson. What it answers is what Dragoman answers.
"""

import csv
import io
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl
from zlib import crc32

import orjson
import pycountry

from app.codes import code_list, label
from benchmarks.servers import shapes, sql
from benchmarks.servers.databases import Database, open_database

Json = dict[str, Any]
Values = dict[str, str]
OPTIONS = orjson.OPT_UTC_Z
NAMES = {one.alpha_3: one.name for one in pycountry.countries}
_HEADERS = [(b"content-type", b"application/json")]


class Floor:
    """Answers by path."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.longest: timedelta | None = None
        self.answers: dict[str, Callable[[Values], Awaitable[Any]]] = {
            "/event": self.event,
            "/type": self.of_type,
            "/actor": self.of_actor,
            "/months": self.months,
            "/facets": self.facets,
            "/search": self.search,
            "/suggest": self.suggest,
            "/healthz": self.health,
        }

    async def __call__(self, scope: Any, _receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        values = dict(parse_qsl(scope["query_string"].decode()))
        if scope["path"].startswith("/export"):
            await _stream(send, self.export(scope["path"].rpartition(".")[2], await self.bounded(values)))
            return
        data = await self.answers[scope["path"]](values)
        body = orjson.dumps({"data": data}, option=OPTIONS)
        tag = b'"%x"' % crc32(body)
        known = (b"if-none-match", tag) in scope["headers"]
        body, status = (b"", 304) if known else (body, 200)
        headers = [*_HEADERS, (b"etag", tag), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def bounded(self, values: Values) -> Values:
        """VALUES with the day before which nothing that overlaps can have begun."""
        if self.longest is None:
            self.longest = timedelta(days=int((await self.db.rows(sql.LONGEST[self.db.name]))[0][0]))
        return {**values, "since": (date.fromisoformat(values["begin"]) - self.longest).isoformat()}

    async def listed(self, rows: Sequence[Any]) -> list[Json]:
        """The events of ROWS with their parts."""
        ids = [row[0] for row in rows]
        parts = [await self.db.rows(one, ids=ids) for one in (sql.PARTICIPANTS, sql.FIGURES, sql.RELATIONS)]
        return list(shapes.events(rows, *parts))

    async def of_type(self, values: Values) -> list[Json]:
        return await self.listed(await self.db.rows(sql.OF_TYPE, **await self.bounded(values)))

    async def of_actor(self, values: Values) -> list[Json]:
        return await self.listed(await self.db.rows(sql.AFTER, **values))

    async def search(self, values: Values) -> list[Json]:
        return await self.listed(await self.db.rows(sql.MATCHING[self.db.name], **values))

    async def event(self, values: Values) -> Json:
        id = values["id"]
        doc = (await self.listed(await self.db.rows(sql.EVENT, id=id)))[0]
        doc["evidence"] = [shapes.evidence(row) for row in await self.db.rows(sql.EVIDENCE, id=id)]
        accounts = await self.db.rows(sql.ACCOUNTS, id=id)
        doc["accounts"] = [shapes.account(row) for row in accounts]
        doc["contradictions"] = _contradictions(doc["accounts"])
        types = code_list("relation-types").codes
        doc["inverse_relations"] = [
            {"type": types[type_]["inverse"]["id"], "target": shapes.target(*rest)}
            for type_, *rest in await self.db.rows(sql.INVERSE, id=id)
        ]
        said = await self.db.rows(sql.STATEMENTS, id=id)
        ids = [row[0] for row in said]
        parts = [await self.db.rows(one, ids=ids) for one in (sql.ADDRESSEES, sql.TOPICS)] if ids else ([], [])
        doc["statements"] = list(shapes.statements(said, *parts))
        return doc

    async def months(self, values: Values) -> Json:
        source, target = values["source"], values["target"]
        busy = [(await self.db.rows(sql.BUSY, actor=actor))[0][0] for actor in (source, target)]
        pair: Values = {"rarer": source, "busier": target, "side": "source", "other": "target"}
        if busy[0] > busy[1]:
            pair = {"rarer": target, "busier": source, "side": "target", "other": "source"}
        return _timeline(await self.db.rows(sql.MONTHS, **pair))

    async def facets(self, values: Values) -> Json:
        values = await self.bounded(values)
        types, countries = [await self.db.rows(one, **values) for one in (sql.BY_TYPE, sql.BY_COUNTRY)]
        actors = await self.db.rows(sql.BY_ACTOR, **values)
        missing = (await self.db.rows(sql.WITHOUT_ACTOR, **values))[0][0]
        return {
            "type": _facet([(key, n, label("event-types", key)) for key, n in types]),
            "country": _facet([(key, n, NAMES.get(key)) for key, n in countries]),
            "actor": _facet([tuple(row) for row in actors]) | {"missing": missing},
        }

    async def suggest(self, values: Values) -> list[Json]:
        names = ("id", "name", "kind", "country")
        return [dict(zip(names, row, strict=True)) for row in await self.db.rows(sql.NAMED, **values)]

    async def health(self, _values: Values) -> str:
        return "ok"

    async def export(self, format: str, values: Values) -> AsyncIterator[bytes]:
        """Every event of the days asked for, as lines of JSON or of CSV."""
        last = {"day": values["until"], "id": ""}
        while rows := await self.db.rows(sql.EXPORTED, **last, **values):
            docs = await self.listed(rows)
            last = {"day": str(docs[-1]["date"]["start"]), "id": docs[-1]["id"]}
            if format == "ndjson":
                yield b"\n".join(orjson.dumps(doc, option=OPTIONS) for doc in docs) + b"\n"
            else:
                yield _csv(docs)


def _contradictions(accounts: list[Json]) -> list[Json]:
    unsure = [one for one in accounts if one["stance"] != "asserts"]
    sure = [one for one in accounts if one["stance"] == "asserts"]
    return [{"field": "status", "accounts": unsure, "against": sure, "figures": []}] if unsure else []


def _timeline(rows: Sequence[Any]) -> Json:
    counted = {row[0]: row for row in rows if row[0]}
    imprecise = sum(row[1] for row in rows if not row[0])
    points = []
    if counted:
        year, month = map(int, min(counted).split("-"))
        while (name := f"{year}-{month:02}") <= max(counted):
            after = date(year + month // 12, month % 12 + 1, 1)
            _, count, scored, score = counted.get(name, (name, 0, 0, None))
            mean = round(round(score, 3) / scored, 3) if scored else None
            point = {"start": f"{name}-01", "end": after - timedelta(days=1), "count": count, "goldstein": mean}
            points.append({**point, "scored": scored})
            year, month = after.year, after.month
    count = sum(row[1] for row in counted.values())
    sums = {"imprecise": imprecise, "undated": 0}
    series = {"key": None, "label": "all", "group": "all", "count": count + imprecise, **sums, "points": points}
    return {"interval": "month", "group_by": None, "total": count + imprecise, **sums, "series": [series]}


def _facet(rows: list[Any], size: int = 10) -> Json:
    found = sorted((row for row in rows if row[0] is not None), key=lambda row: (-row[1], row[0]))
    return {
        "values": [{"value": key, "label": label, "count": n, "selected": False} for key, n, label in found[:size]],
        "other": sum(row[1] for row in found[size:]),
        "missing": sum(row[1] for row in rows if row[0] is None),
    }


def _csv(docs: list[Json]) -> bytes:
    text = io.StringIO()
    flat = csv.writer(text)
    for doc in docs:
        place, names = doc["place"] or {}, [one["actor"]["name"] for one in doc["participants"]]
        flat.writerow(
            (
                *(doc["id"], doc["type"], doc["label"], doc["summary"], *doc["date"].values(), place.get("id")),
                *(place.get("name"), place.get("country"), ";".join(names), doc["status"], *doc["codes"].values()),
                *(*doc["counts"].values(), doc["dataset"], doc["revision"], doc["created_at"], doc["url"]),
            )
        )
    return text.getvalue().encode()


async def _stream(send: Any, parts: AsyncIterator[bytes]) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
    async for part in parts:
        await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def create_app() -> Floor:
    """The floor on the database that the environment names."""
    return Floor(open_database(os.environ["BENCHMARK_DATABASE_URL"]))
