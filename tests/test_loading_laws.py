"""What holds of every load: all or nothing, words where they are said to be, the same rows by every way."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event, insert, select
from sqlalchemy.exc import IntegrityError

from app.database import open_engine, writing
from app.documents import hole
from app.loading import Refused, annotated, load_folder
from app.loading.folder import read_folder
from app.migrating import upgrade
from app.models import Actor, Article, Base, Dataset, Event, Evidence, Mention, Place, State, Statement
from tests.conftest import LOADED_AT, SEED, Databases
from tests.folders import ACTORS, SMALL, WARNING_FILE, change, dump, write, write_small
from tests.helpers import FOUNDING, HISTORY

RECORDS: tuple[type[Any], ...] = (Actor, Place, Article, Event, Statement, Dataset)
# What tells how a row came to be, not what it says.
UNSAID = {"revision", "created_at", "updated_at", "doc", "valid_from"}
OTHER_ACTORS = "actors:\n  - {id: embassy, kind: government_body, names: The embassy, parent: gallia}\n"


class BrokenError(Exception):
    """What a database might say in the middle of a load."""


@pytest.fixture
def small(engine: Engine, tmp_path: Path) -> Path:
    """The small data set, loaded beside the seed."""
    folder = write_small(tmp_path / "small")
    _load(engine, folder)
    return folder


def _load(engine: Engine, folder: Path) -> None:
    with writing(engine) as db:
        load_folder(db, folder, at=LOADED_AT)


def _check_refused(engine: Engine, folder: Path) -> list[str]:
    """FOLDER is refused with nothing written; returns what is told."""
    before = dump(engine)
    with pytest.raises(Refused) as refused:
        _load(engine, folder)
    assert dump(engine) == before
    return [str(fault) for fault in refused.value.faults]


def test_a_refused_folder_writes_nothing(engine: Engine, small: Path) -> None:
    """One fault in one file, and no row of any table changes, though all else in the folder is new."""
    change(small, "actors.yaml", "en: Anna Arc", "en: Anna d'Arc")
    change(small, WARNING_FILE, "place: north", "place: nord")
    assert _check_refused(engine, small) == [
        f"{WARNING_FILE}:14: events[0].place: there is no place of this id; found 'nord'; nearest: north"
    ]


@pytest.mark.parametrize("point", ["INSERT INTO actor ", "INSERT INTO evidence", "INSERT INTO change", "UPDATE state"])
def test_a_load_that_breaks_off_leaves_nothing(engine: Engine, tmp_path: Path, point: str) -> None:
    """Wherever the database fails, everything is as it was, and the next load succeeds."""
    folder, before = write_small(tmp_path), dump(engine)

    def fail(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith(point):
            raise BrokenError

    event.listen(engine, "before_cursor_execute", fail)
    with pytest.raises(BrokenError):
        _load(engine, folder)
    event.remove(engine, "before_cursor_execute", fail)
    assert dump(engine) == before
    _load(engine, folder)


def test_a_foreign_key_that_fails_at_the_end_takes_all_along(engine: Engine, tmp_path: Path) -> None:
    """References are checked when the load is whole; one that leads nowhere undoes it."""
    folder, before = write_small(tmp_path), dump(engine)
    with pytest.raises(IntegrityError):
        _load_and_mention_nothing(engine, folder)
    assert dump(engine) == before


def _load_and_mention_nothing(engine: Engine, folder: Path) -> None:
    with writing(engine) as db:
        load_folder(db, folder, at=LOADED_AT)
        db.execute(insert(Mention), {"statement_id": "2016-10-01-warning-s1", "position": 9, "event_id": "none"})


def test_what_another_set_names_is_not_removed(engine: Engine, small: Path, tmp_path: Path) -> None:
    """A load that would leave another data set without its actor is refused like any other."""
    other = _other(tmp_path / "other", OTHER_ACTORS)
    _load(engine, other)
    for name, text in SMALL.items():
        write(small, name, text.replace("gallia", "gaul"))
    assert len(_check_refused(engine, small)) == 1


def test_a_refusal_leaves_the_transaction_as_it_was(engine: Engine, small: Path, tmp_path: Path) -> None:
    """Who catches a refusal and goes on commits nothing of the load, however late it was refused."""
    _load(engine, _other(tmp_path / "other", OTHER_ACTORS))
    for name, text in SMALL.items():
        write(small, name, text.replace("gallia", "gaul"))
    before = dump(engine)
    with writing(engine) as db, suppress(Refused):
        load_folder(db, small, at=LOADED_AT)
    assert dump(engine) == before


def _other(folder: Path, actors: str) -> Path:
    """A data set of ACTORS alone."""
    write(folder, "dataset.yaml", SMALL["dataset.yaml"].replace("id: small", "id: other"))
    write(folder, "actors.yaml", actors)
    write(folder, "places.yaml", "places: []\n")
    return folder


def test_a_record_belongs_to_one_set(engine: Engine, tmp_path: Path) -> None:
    """An id that another data set has is refused with the name of that set."""
    folder = _other(tmp_path, ACTORS.replace("id: anna-arc", "id: sergey-lavrov"))
    assert _check_refused(engine, folder) == ["actor:1: sergey-lavrov: belongs to the data set aleppo-2016 already"]


def test_a_code_belongs_to_one_actor_of_all_sets(engine: Engine, tmp_path: Path) -> None:
    """Two actors of two data sets with one code of another scheme would be one: refused, with the actor that has it."""
    folder = _other(tmp_path, ACTORS.replace("wikidata: Q1", "wikidata: Q58217"))
    (told,) = _check_refused(engine, folder)
    assert "sergey-lavrov" in told


def test_a_set_may_name_what_others_have(engine: Engine, tmp_path: Path) -> None:
    """Actors, places, events and statements of other data sets are as good as its own."""
    folder = write_small(tmp_path)
    change(folder, "actors.yaml", "parent: gallia", "parent: russia")
    change(folder, "places.yaml", "parent: north", "parent: aleppo")
    change(folder, WARNING_FILE, "addressees: [gallia]", "addressees: [gallia, john-kerry]")
    change(folder, WARNING_FILE, "about: [2016-09-strike]", "about: [2016-10-01-kerry-lavrov-call-late]")
    change(folder, WARNING_FILE, "target: 2016-09-strike", f"target: {FOUNDING}-s1")
    _load(engine, folder)
    with engine.connect() as db:
        doc = db.scalars(select(Event.doc).where(Event.id == "2016-10-01-anna-warns")).one()
    assert orjson.loads(doc)["relations"] == [{"type": "follows", "target": hole("tostatement", f"{FOUNDING}-s1")}]


def test_a_long_name_fits_both_databases(engine: Engine, tmp_path: Path) -> None:
    """What one database cannot index is refused on both, not a failure of one."""
    name = "".join(chr(0x4E00 + number * 7 % 20000) for number in range(3000))
    folder = _other(tmp_path, ACTORS.replace("{name: Arc,", f"{{name: {name},"))
    (told,) = _check_refused(engine, folder)
    assert told.startswith("actors.yaml:6: actors[0].aliases[0].name: ")


def test_evidence_is_what_stands_in_its_article(engine: Engine) -> None:
    """Each piece is the words between its offsets, in code points, with what stands around them."""
    with engine.connect() as db:
        texts = {row.id: row.text for row in db.execute(select(Article.id, Article.text))}
        rows = db.execute(select(*Evidence.__table__.columns)).all()
    assert len(rows) > len(texts)
    for row in rows:
        text = texts[row.article_id]
        assert row.exact == text[row.start_at : row.end_at] != ""
        assert row.prefix == text[max(0, row.start_at - 32) : row.start_at]
        assert row.suffix == text[row.end_at : row.end_at + 32]
        assert row.verified is True


def test_the_call_told_twice_in_one_article_is_one_event(engine: Engine) -> None:
    """The founding article announces the late call twice: one record, two pieces of its evidence, at two places."""
    with engine.connect() as db:
        parts = db.scalars(select(Event.parts).where(Event.id == "2016-10-01-kerry-lavrov-call-late")).one()
        text = db.scalars(select(Article.text).where(Article.id == FOUNDING)).one() or ""
    told = [one for one in orjson.loads(parts)["evidence"] if one["article"] == hole("article", FOUNDING)]
    assert len({one["start"] for one in told}) == len(told) >= 2
    assert [text[one["start"] : one["end"]] for one in told] == [one["exact"] for one in told]


@cache
def _needs() -> dict[str, set[str]]:
    """The articles of the seed that each cannot stand without: those that say what it names."""
    articles = [source.content for source in read_folder(SEED).articles]
    where = {one.id: article.id for article in articles for one in article.events if one.defines}
    where |= {one.id: article.id for article in articles for one in article.statements}
    named: dict[str, set[str]] = {}
    for article in articles:
        records: list[annotated.Event | annotated.Statement] = [*article.events, *article.statements]
        found = {one.id for one in article.events} | {tie.target for one in records for tie in one.relations}
        found |= {key for one in article.statements for key in (one.event, *one.about) if key}
        named[article.id] = {where[key] for key in found}
    return named


def _closed(articles: set[str]) -> set[str]:
    """ARTICLES and all that they need."""
    while more := set().union(*(_needs()[article] for article in articles)) - articles:
        articles = articles | more
    return articles


def _part_of_the_seed(folder: Path, articles: set[str]) -> Path:
    for name in ("dataset.yaml", "actors.yaml", "places.yaml"):
        (folder / "articles").mkdir(parents=True, exist_ok=True)
        shutil.copy(SEED / name, folder / name)
    for article in articles:
        shutil.copy(SEED / "articles" / f"{article}.yaml", folder / "articles")
    return folder


def _said(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """What the database says, by whatever way it came to say it."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    with engine.connect() as db:
        for table in Base.metadata.sorted_tables:
            # Evidence and relations are numbered as they come.
            unsaid = UNSAID | ({"id"} if table.name in {"evidence", "relation"} else set())
            columns = [column for column in table.columns if column.name not in unsaid]
            rows = (tuple(row) for row in db.execute(select(*columns)))
            told = table.name == "change" or table.name.endswith("_past")
            found[table.name] = [] if told else sorted(rows, key=repr)
        for record in RECORDS:
            docs = db.scalars(select(record.doc).order_by(record.id))
            found[f"{record.__tablename__}.doc"] = [tuple(_content(doc)) for doc in docs]
    return found


def _content(doc: str) -> Iterator[tuple[str, bytes]]:
    for name, value in orjson.loads(doc).items():
        if name not in HISTORY:
            yield name, orjson.dumps(value)


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_it_does_not_matter_what_was_loaded_before(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Loading one part of the seed and then another leaves what the other alone would."""
    parts = st.sets(st.sampled_from(sorted(_needs())), max_size=30).map(_closed)
    first, second = (_part_of_the_seed(tmp_path_factory.mktemp("part"), data.draw(parts)) for _ in range(2))
    said = []
    for folders in ((first, second), (second,)):
        engine = open_engine(databases.copy("migrated"))
        for folder in folders:
            _load(engine, folder)
        said.append(_said(engine))
        engine.dispose()
    assert said[0] == said[1]


def test_both_databases_hold_the_same(postgres: str, tmp_path: Path) -> None:
    """Every document and its parts, every revision and every printed line: byte for byte, history and all."""
    found = []
    for server in (None, postgres):
        engine = open_engine(Databases(tmp_path, server).make("twin"))
        with writing(engine) as db:
            upgrade(db)
        _load(engine, SEED)
        _load(engine, write_small(tmp_path / "small"))
        with engine.connect() as db:
            records = {
                table.__tablename__: [
                    tuple(row) for row in db.execute(select(table.id, table.revision, table.doc, table.parts))
                ]
                for table in RECORDS
            }
            found.append(({kind: sorted(rows) for kind, rows in records.items()}, db.execute(select(State)).all()))
        engine.dispose()
    assert found[0] == found[1]
