"""Datasette on the same file: canned queries, which are the way to have more than one table's columns in an answer."""

from pathlib import Path
from typing import Any
from urllib.parse import quote

import orjson

from benchmarks.servers import sql
from benchmarks.targets import Target, Told, dragoman, told_details, told_event, uvicorn
from benchmarks.workloads import Task

_ACTOR = "json_object('id', {0}.id, 'name', {0}.name, 'kind', {0}.kind, 'country', {0}.country)"
_PARTICIPANTS = f"""(SELECT json_group_array(json(one)) FROM (SELECT json_object('actor', {_ACTOR.format("a")},
 'role', t.role, 'on_behalf_of', {_ACTOR.format("b")}) AS one FROM participant t JOIN actor a ON a.id = t.actor_id
 LEFT JOIN actor b ON b.id = t.on_behalf_of_id WHERE t.event_id = e.id ORDER BY t.position)) AS participants"""
_EVIDENCE = f"""(SELECT json_group_array(json(one)) FROM (SELECT json_object('article', json_object('id', x.id, 'title',
 x.title, 'publisher', {_ACTOR.format("w")}), 'exact', f.exact, 'prefix', f.prefix, 'suffix', f.suffix, 'start',
 f.start_at, 'end', f.end_at) AS one FROM evidence f JOIN article x ON x.id = f.article_id
 LEFT JOIN actor w ON w.id = x.publisher_id WHERE f.event_id = e.id ORDER BY f.position)) AS evidence"""
_ACCOUNTS = f"""(SELECT json_group_array(json_object('actor', {_ACTOR.format("a")}, 'article', f.article_id, 'stance',
 f.stance)) FROM account f LEFT JOIN actor a ON a.id = f.actor_id WHERE f.event_id = e.id) AS accounts"""
_STATEMENTS = f"""(SELECT json_group_array(json(one)) FROM (SELECT json_object('id', s.id, 'speaker',
 {_ACTOR.format("a")}, 'act', s.act, 'gist', s.gist, 'quote', s.quote_text) AS one FROM statement s
 LEFT JOIN actor a ON a.id = s.speaker_id
 WHERE s.event_id = e.id ORDER BY s.start_on, s.id)) AS statements"""
_FROM = "FROM event e LEFT JOIN place p ON p.id = e.place_id"
_COLUMNS = """SELECT e.id, e.type, e.label, e.labels, e.summary, e.start_on, e.end_on, e.precision, e.status, e.cameo,
 e.plover, e.quad_class, e.goldstein, p.name AS place, p.country, p.lat, p.lon"""
# Of what our CSV has, all that is in the one table that it can stream.
_OWN = "&".join(
    f"_col={name}"
    for name in (
        *("id", "type", "label", "summary", "start_on", "end_on", "precision", "place_id", "country", "status"),
        *("cameo", "plover", "quad_class", "goldstein", "goldstein_table", "originals", "measures", "dataset_id"),
        *("revision", "created_at", "updated_at"),
    )
)
_NEWEST = "ORDER BY e.start_on DESC, e.id LIMIT 50"
_DAYS = "e.start_on <= :until AND e.end_on >= :begin"
_AFTER = sql.AFTER.partition("JOIN (")[2].partition(" ORDER BY e.start_on DESC, e.id LIMIT 50")[0]
_MONTH = "substr(e.start_on, 1, 7)"
_TOP = "SELECT * FROM (SELECT '{0}' AS facet, {1} AS value, count(*) AS count {2} AND {1} IS NOT NULL GROUP BY 2"
_TOP += " ORDER BY 3 DESC, 2 LIMIT 10)"
_DAYS_EVENTS = f"FROM event e WHERE {_DAYS}"
_TOOK_PART = (
    f"FROM (SELECT DISTINCT p.event_id, p.actor_id FROM event e JOIN participant p ON p.event_id = e.id WHERE {_DAYS})"
)

QUERIES = {
    "W1": f"{_COLUMNS}, {_PARTICIPANTS}, {_EVIDENCE}, {_ACCOUNTS}, {_STATEMENTS} {_FROM} WHERE e.id = :id",
    "W2": f"{_COLUMNS}, {_PARTICIPANTS} {_FROM} WHERE e.type = :type AND {_DAYS} {_NEWEST}",
    "W3": f"{_COLUMNS}, {_PARTICIPANTS} {_FROM} JOIN ({_AFTER} {_NEWEST}",
    "W4": f"""SELECT {_MONTH} || '-01' AS start, count(*) AS count FROM event e WHERE e.id IN (
 SELECT event_id FROM participant WHERE actor_id = :source AND side IN ('source', 'both') INTERSECT
 SELECT event_id FROM participant WHERE actor_id = :target AND side IN ('target', 'both'))
 AND (e.precision <> 'range' OR {_MONTH} = substr(e.end_on, 1, 7)) GROUP BY 1 ORDER BY 1""",
    "W5": " UNION ALL ".join(
        (
            _TOP.format("type", "e.type", _DAYS_EVENTS),
            _TOP.format("country", "e.country", _DAYS_EVENTS),
            _TOP.format("actor", "actor_id", _TOOK_PART + " WHERE true"),
        )
    ),
    "W6": f"""{_COLUMNS}, {_PARTICIPANTS} {_FROM} JOIN (SELECT rowid, rank FROM event_fts WHERE event_fts MATCH :q
 ORDER BY rank LIMIT 20) AS f ON f.rowid = e.rowid ORDER BY f.rank""",
    "W11": sql.NAMED,
}


def path(task: Task, name: str) -> str | None:
    """Where the answer to TASK is in the database NAME."""
    values = "&".join(f"{key}={quote(value)}" for key, value in task.values.items() if key != "cursor")
    if task.kind == "W9":
        return "/-/versions.json"
    if task.kind == "W7":
        if task.values["format"] != "csv":
            return None
        days = f"start_on__lte={task.values['until']}&end_on__gte={task.values['begin']}"
        return f"/{name}/event.csv?_stream=on&_size=max&{_OWN}&{days}"
    return f"/{name}/{task.kind}.json?_shape=array&{values}"


def told(task: Task, body: bytes) -> Told:
    """What the answer BODY to TASK says."""
    if task.kind in ("W7", "W9"):
        return dragoman.told(task, body)
    rows = orjson.loads(body)
    if task.kind == "W1":
        return told_details(_event(rows[0]))
    if task.kind == "W4":
        return [(one["start"], one["count"]) for one in rows]
    if task.kind == "W5":
        names = ("type", "country", "actor")
        return {name: [(one["value"], one["count"]) for one in rows if one["facet"] == name] for name in names}
    if task.kind == "W11":
        return [one["id"] for one in rows]
    return [told_event(_event(one)) for one in rows]


def _event(row: Any) -> Any:
    parts = {name: orjson.loads(row[name]) for name in ("participants", "evidence", "statements") if name in row}
    return {**row, **parts, "date": {"start": row["start_on"]}}


def target(url: str, name: str) -> Target:
    """Datasette on the SQLite file at URL."""
    database = Path(url.removeprefix("sqlite:///")).stem
    command = uvicorn("benchmarks.servers.datasette_app:create_app")
    return Target(name, url, command, lambda task: path(task, database), told, {"BENCHMARK_DATABASE_URL": url})
