"""The hand-written SQL of the floor, which SQLite and PostgreSQL both read.

`:name` is a parameter; `[ids]` stands for many of them and `[month]` for the month of a day, as each database has them.
Datasette's canned queries are made of the same conditions.
"""

# What overlaps the days asked for began after `since`: the first of them less the longest event there is.
OVERLAPPING = "e.start_on <= :until AND e.start_on >= :since AND e.end_on >= :begin"
LONGEST = {
    "sqlite": "SELECT coalesce(max(julianday(end_on) - julianday(start_on)), 0) FROM event",
    "postgresql": "SELECT coalesce(max(end_on - start_on), 0) FROM event",
}
_COUNTS = """
 (SELECT count(*) FROM (SELECT article_id FROM evidence WHERE event_id = e.id
   UNION SELECT article_id FROM account WHERE event_id = e.id) AS told),
 (SELECT count(*) FROM evidence WHERE event_id = e.id),
 (SELECT count(*) FROM statement WHERE event_id = e.id),
 (SELECT count(*) FROM account WHERE event_id = e.id)"""
_EVENTS = f"""SELECT e.id, e.type, e.label, e.labels, e.summary, e.start_on, e.end_on, e.precision, e.status, e.cameo,
 e.plover, e.quad_class, e.goldstein, e.dataset_id, e.revision, e.created_at, e.updated_at,
 p.id, p.name, p.country, p.lat, p.lon, p.precision, {_COUNTS}, e.goldstein_table, e.originals, e.measures
 FROM event e LEFT JOIN place p ON p.id = e.place_id"""
_NEWEST = "ORDER BY e.start_on DESC, e.id LIMIT 50"

EVENT = f"{_EVENTS} WHERE e.id = :id"
OF_TYPE = f"{_EVENTS} WHERE e.type = :type AND {OVERLAPPING} {_NEWEST}"
AFTER = f"""{_EVENTS} JOIN (
 SELECT DISTINCT event_id FROM (
  SELECT * FROM (SELECT event_id, start_on FROM participant
   WHERE actor_id = :actor AND start_on = :day AND event_id > :id
   ORDER BY event_id LIMIT 60) AS same_day
  UNION ALL
  SELECT * FROM (SELECT event_id, start_on FROM participant WHERE actor_id = :actor AND start_on < :day
   ORDER BY start_on DESC, event_id LIMIT 60) AS before) AS found) AS took_part
 ON took_part.event_id = e.id {_NEWEST}"""
MATCHING = {
    "sqlite": f"""{_EVENTS} JOIN (SELECT rowid, rank FROM event_fts
 WHERE event_fts MATCH :q ORDER BY rank LIMIT 20) AS f ON f.rowid = e.rowid ORDER BY f.rank""",
    "postgresql": f"""{_EVENTS} JOIN (SELECT event_id, ts_rank(vector, query) AS rank FROM event_fts,
 plainto_tsquery('simple', :q) AS query WHERE vector @@ query ORDER BY rank DESC LIMIT 20) AS f
 ON f.event_id = e.id ORDER BY f.rank DESC""",
}
EXPORTED = f"""{_EVENTS} WHERE {OVERLAPPING} AND e.start_on <= :day AND (e.start_on < :day OR e.id > :id)
 ORDER BY e.start_on DESC, e.id LIMIT 1000"""

PARTICIPANTS = """SELECT t.event_id, t.role, a.id, a.name, a.kind, a.country, b.id, b.name, b.kind, b.country
 FROM participant t JOIN actor a ON a.id = t.actor_id LEFT JOIN actor b ON b.id = t.on_behalf_of_id
 WHERE t.event_id [ids] ORDER BY t.event_id, t.position"""
_ARTICLE = """x.id, x.title, x.source_url, x.start_on, x.end_on, x.precision, w.id, w.name, w.kind, w.country"""
_PUBLISHED = "JOIN article x ON x.id = f.article_id LEFT JOIN actor w ON w.id = x.publisher_id"
FIGURES = f"""SELECT f.event_id, f.kind, f.value, f.qualifier, f.unit, {_ARTICLE}
 FROM figure f {_PUBLISHED} WHERE f.event_id [ids] ORDER BY f.event_id, f.position"""
RELATIONS = """SELECT r.event_id, r.type, e.id, e.label, s.id, s.gist FROM relation r
 LEFT JOIN event e ON e.id = r.to_event_id LEFT JOIN statement s ON s.id = r.to_statement_id
 WHERE r.event_id [ids] ORDER BY r.event_id, r.position"""
EVIDENCE = f"""SELECT f.exact, f.prefix, f.suffix, f.start_at, f.end_at, f.language, f.field, f.verified, {_ARTICLE}
 FROM evidence f {_PUBLISHED} WHERE f.event_id = :id ORDER BY f.position"""
ACCOUNTS = f"""SELECT a.id, a.name, a.kind, a.country, f.stance, f.note, f.differs, {_ARTICLE}
 FROM account f {_PUBLISHED} LEFT JOIN actor a ON a.id = f.actor_id WHERE f.event_id = :id ORDER BY f.position"""
INVERSE = """SELECT r.type, e.id, e.label, s.id, s.gist FROM relation r LEFT JOIN event e ON e.id = r.event_id
 LEFT JOIN statement s ON s.id = r.statement_id WHERE r.to_event_id = :id ORDER BY r.type, r.event_id, r.position"""
STATEMENTS = f"""SELECT s.id, s.role, s.start_on, s.end_on, s.precision, s.medium, s.directness, s.act, s.gist, s.gists,
 s.quote_text, s.quote_language, s.quote_is_translation, s.quote_translation, s.conditional, s.condition, s.utterance,
 s.dataset_id, s.revision, s.created_at, s.updated_at, e.id, e.type, e.label,
 a.id, a.name, a.kind, a.country, b.id, b.name, b.kind, b.country, v.id, v.name, v.kind, v.country,
 (SELECT count(*) FROM (SELECT article_id FROM evidence WHERE statement_id = s.id UNION SELECT s.article_id) AS told),
 (SELECT count(*) FROM evidence WHERE statement_id = s.id), {_ARTICLE}
 FROM statement s JOIN event e ON e.id = s.event_id JOIN article x ON x.id = s.article_id
 LEFT JOIN actor w ON w.id = x.publisher_id LEFT JOIN actor a ON a.id = s.speaker_id
 LEFT JOIN actor b ON b.id = s.on_behalf_of_id LEFT JOIN actor v ON v.id = s.venue_id
 WHERE s.event_id = :id ORDER BY s.start_on, s.id"""
ADDRESSEES = """SELECT t.statement_id, a.id, a.name, a.kind, a.country FROM addressee t
 JOIN actor a ON a.id = t.actor_id WHERE t.statement_id [ids] ORDER BY t.statement_id, t.position"""
TOPICS = """SELECT t.statement_id, t.topic FROM statement_topic t
 WHERE t.statement_id [ids] ORDER BY t.statement_id, t.position"""

BUSY = "SELECT count(*) FROM (SELECT 1 FROM participant WHERE actor_id = :actor LIMIT 2000) AS counted"
MONTHS = """SELECT CASE WHEN e.precision = 'range' AND [month e.start_on] <> [month e.end_on] THEN NULL
 ELSE [month e.start_on] END AS month, count(*), count(e.goldstein), sum(e.goldstein) FROM event e WHERE e.id IN (
 SELECT p.event_id FROM participant p WHERE p.actor_id = :rarer AND p.side IN (:side, 'both') AND EXISTS (
  SELECT 1 FROM participant o WHERE o.event_id = p.event_id AND o.actor_id = :busier AND o.side IN (:other, 'both'))
 ) GROUP BY 1 ORDER BY 1"""

BY_TYPE = f"SELECT e.type, count(*) FROM event e WHERE {OVERLAPPING} GROUP BY 1"
BY_COUNTRY = f"SELECT e.country, count(*) FROM event e WHERE {OVERLAPPING} GROUP BY 1"
BY_ACTOR = f"""SELECT p.actor_id, count(DISTINCT p.event_id) AS n, (SELECT name FROM actor WHERE id = p.actor_id)
 FROM participant p JOIN event e ON e.id = p.event_id
 WHERE p.start_on <= :until AND p.start_on >= :since AND {OVERLAPPING} GROUP BY 1 ORDER BY 2 DESC, 1"""
WITHOUT_ACTOR = f"""SELECT count(*) FROM event e
 WHERE {OVERLAPPING} AND NOT EXISTS (SELECT 1 FROM participant p WHERE p.event_id = e.id)"""

NAMED = """SELECT DISTINCT a.id, a.name, a.kind, a.country FROM actor_name n JOIN actor a ON a.id = n.actor_id
 WHERE n.spelling >= :q AND n.spelling < :q || '~' ORDER BY a.name, a.id LIMIT 10"""
