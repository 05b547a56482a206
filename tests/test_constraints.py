"""The database itself refuses what must not be, whoever writes it."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, delete, insert, select, update
from sqlalchemy.exc import IntegrityError, StatementError

from app.database import open_engine, writing
from app.models import (
    Account,
    Actor,
    ActorCode,
    ActorName,
    ActorRole,
    Addressee,
    Article,
    ArticleAgency,
    Carrier,
    Change,
    Event,
    Evidence,
    Figure,
    Mention,
    Participant,
    Place,
    Relation,
    State,
    Statement,
    StatementTopic,
)
from tests.conftest import LOADED_AT, Databases

Table = type[Any]
Values = dict[str, Any]
Write = Callable[[Connection], object]
NOBODY = "nobody-has-this-id"
# Statements of which one may be tied to the other: of the founding article, which has many.
SAID = "2016-10-03-seed-lavrov-kerry-aleppo-s1"
SAID_TOO = "2016-10-03-seed-lavrov-kerry-aleppo-s2"
LATE_CALL = "2016-10-01-kerry-lavrov-call-late"
RECORDS: tuple[Table, ...] = (Actor, Place, Article, Event, Statement)
LISTED: tuple[Table, ...] = (
    *(ActorName, ActorRole, ArticleAgency, Participant, Figure, Account),
    *(Addressee, Carrier, StatementTopic, Mention),
)
TIED: tuple[Table, ...] = (Evidence, Relation)
# What makes a row another one.
KEYS: dict[Table, Values] = {
    **{table: {"id": "new"} for table in RECORDS},
    **{table: {"position": 999} for table in LISTED},
    **{table: {"id": 999_999, "position": 999} for table in TIED},
    ActorCode: {"scheme": "new", "code": "new"},
    Change: {"revision": 999_999},
}
CODED: list[tuple[Table, str]] = [
    *((Event, "type"), (Participant, "role"), (Figure, "kind"), (StatementTopic, "topic")),
    *((Statement, "medium"), (Statement, "act"), (Relation, "type")),
]
NAMING: list[tuple[Table, str]] = [
    (table, column.name)
    for table in KEYS
    for column in table.__table__.columns
    if column.name.endswith("_id") and column.foreign_keys
]
# Of two such columns one is set.
EITHER = {"event_id": "statement_id", "to_event_id": "to_statement_id"}
OR_ELSE = EITHER | {name: other for other, name in EITHER.items()}
FIRST_DAY, LAST_DAY = date(2016, 10, 1), date(2016, 10, 2)


@pytest.fixture(scope="module")
def seeded(databases: Databases) -> Iterator[Engine]:
    """An engine on the seed for all tests here, since none of them leaves anything behind."""
    opened = open_engine(databases.copy("seeded"))
    yield opened
    opened.dispose()


class UndoneError(Exception):
    """Ends a transaction that went well, so that it leaves nothing behind."""


def _add(db: Connection, table: Table, values: Values) -> None:
    """Insert a row of TABLE that is like one of the seed but for its key and VALUES."""
    row: Values = dict(db.execute(select(*table.__table__.columns).limit(1)).mappings().one())
    db.execute(insert(table).values(row | KEYS[table] | values))


def _accepts(engine: Engine, write: Write) -> None:
    with pytest.raises(UndoneError):
        _try(engine, write)


def _refuses(engine: Engine, write: Write, *words: str) -> None:
    """WRITE fails, and the database says why in one of WORDS."""
    with pytest.raises(IntegrityError) as refused:
        _try(engine, write)
    told = str(refused.value.orig)
    assert any(word.lower() in told.lower() for word in words), told


def _try(engine: Engine, write: Write) -> None:
    with writing(engine) as db:
        write(db)
        raise UndoneError


@pytest.mark.parametrize("table", KEYS, ids=lambda table: table.__tablename__)
def test_a_row_like_another_is_accepted(seeded: Engine, table: Table) -> None:
    """So whatever is refused below is refused for the one value that differs."""
    _accepts(seeded, lambda db: _add(db, table, {}))


@pytest.mark.parametrize(
    ("table", "column"), NAMING + CODED, ids=lambda one: one if isinstance(one, str) else one.__tablename__
)
def test_a_reference_names_a_row(seeded: Engine, table: Table, column: str) -> None:
    """No column that names a record or a code names one that is not there."""
    values = {column: NOBODY} | ({OR_ELSE[column]: None} if table in TIED and column in OR_ELSE else {})
    _refuses(seeded, lambda db: _add(db, table, values), "foreign key")


def test_the_references_are_all_tried() -> None:
    """Every foreign key of the models is one of those above, and none is missing there."""
    keys = {(key.parent.table.name, key.parent.name) for table in KEYS for key in table.__table__.foreign_keys}
    assert keys == {(table.__tablename__, column) for table, column in NAMING + CODED}


CHECKS: list[tuple[Table, Values, str]] = [
    (Actor, {"kind": "wizard"}, "ck_actor_kind"),
    (ActorName, {"kind": "nickname"}, "ck_actor_name_kind"),
    (Article, {"text_kind": "summary"}, "ck_article_text_kind"),
    (Article, {"rights": "sold"}, "ck_article_rights"),
    (Article, {"precision": "hour"}, "ck_article_precision"),
    (Article, {"start_on": LAST_DAY, "end_on": FIRST_DAY}, "ck_article_span"),
    (Article, {"text": None}, "ck_article_text"),
    (Article, {"text_kind": "none"}, "ck_article_text"),
    (Place, {"precision": "street"}, "ck_place_precision"),
    (Place, {"lat": 90.5}, "ck_place_lat"),
    (Place, {"lat": -91}, "ck_place_lat"),
    (Place, {"lon": 180.5}, "ck_place_lon"),
    (Place, {"lon": -181}, "ck_place_lon"),
    (Event, {"status": "rumoured"}, "ck_event_status"),
    (Event, {"precision": "hour"}, "ck_event_precision"),
    (Event, {"start_on": LAST_DAY, "end_on": FIRST_DAY}, "ck_event_span"),
    (Event, {"quad_class": 0}, "ck_event_quad_class"),
    (Event, {"quad_class": 5}, "ck_event_quad_class"),
    (Event, {"goldstein": 10.5}, "ck_event_goldstein"),
    (Participant, {"side": "left"}, "ck_participant_side"),
    (Figure, {"qualifier": "circa"}, "ck_figure_qualifier"),
    (Account, {"stance": "shrugs"}, "ck_account_stance"),
    (Statement, {"directness": "hinted"}, "ck_statement_directness"),
    (Statement, {"precision": "hour"}, "ck_statement_precision"),
    (Statement, {"start_on": LAST_DAY, "end_on": FIRST_DAY}, "ck_statement_span"),
    (Statement, {"conditional": False, "condition": "if it goes on"}, "ck_statement_condition"),
    (Statement, {"quote_text": "words", "quote_language": None}, "ck_statement_quote"),
    (Statement, {"quote_text": None, "quote_language": "ar"}, "ck_statement_quote"),
    (Evidence, {"event_id": None, "statement_id": None}, "ck_evidence_one_owner"),
    (Evidence, {"event_id": LATE_CALL, "statement_id": SAID}, "ck_evidence_one_owner"),
    (Evidence, {"exact": None, "verified": True}, "ck_evidence_verified"),
    (Evidence, {"start_at": -1, "end_at": 5}, "ck_evidence_offsets"),
    (Evidence, {"start_at": 5, "end_at": 5}, "ck_evidence_offsets"),
    (Evidence, {"start_at": 6, "end_at": 5}, "ck_evidence_offsets"),
    (Relation, {"event_id": None, "statement_id": None}, "ck_relation_one_owner"),
    (Relation, {"event_id": LATE_CALL, "statement_id": SAID}, "ck_relation_one_owner"),
    (Relation, {"to_event_id": None, "to_statement_id": None}, "ck_relation_one_target"),
    (Relation, {"to_event_id": LATE_CALL, "to_statement_id": SAID}, "ck_relation_one_target"),
    (
        Relation,
        {"event_id": LATE_CALL, "statement_id": None, "to_event_id": LATE_CALL, "to_statement_id": None},
        "ck_relation_not_itself",
    ),
    (
        Relation,
        {"event_id": None, "statement_id": SAID, "to_event_id": None, "to_statement_id": SAID},
        "ck_relation_not_itself_said",
    ),
    (Change, {"operation": "rename"}, "ck_change_operation"),
]


@pytest.mark.parametrize(("table", "values", "check"), CHECKS, ids=[f"{check}-{values}" for _, values, check in CHECKS])
def test_a_value_keeps_within_its_check(seeded: Engine, table: Table, values: Values, check: str) -> None:
    """Kinds, statuses, precisions, spans, ranges and what must stand together."""
    _refuses(seeded, lambda db: _add(db, table, values), check)


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (Place, {"lat": 90, "lon": -180}),
        (Event, {"start_on": FIRST_DAY, "end_on": FIRST_DAY}),
        (Event, {"start_on": None, "end_on": LAST_DAY}),
        (Event, {"goldstein": -10, "quad_class": 4}),
        (Article, {"text": None, "text_kind": "none"}),
        (Evidence, {"exact": None, "start_at": None, "end_at": None, "verified": False}),
        (Evidence, {"start_at": 0, "end_at": 1}),
        (Statement, {"conditional": True, "condition": None}),
        (Relation, {"event_id": None, "statement_id": SAID, "to_event_id": None, "to_statement_id": SAID_TOO}),
    ],
)
def test_the_edges_are_within(seeded: Engine, table: Table, values: Values) -> None:
    """Poles, one day, open ends, a mere reference and a tie of two statements are sound."""
    _accepts(seeded, lambda db: _add(db, table, values))


def test_words_that_are_verified_stand_somewhere(seeded: Engine) -> None:
    """Evidence that claims to be checked has offsets as well as words."""
    _refuses(seeded, lambda db: _add(db, Evidence, {"start_at": None, "end_at": None}), "ck_evidence_")


def test_a_code_of_another_scheme_is_one_actors(seeded: Engine) -> None:
    """Two actors with one Wikidata id are one."""
    with seeded.connect() as db:
        code = dict(db.execute(select(ActorCode.scheme, ActorCode.code).limit(1)).mappings().one())
        others = select(Actor.id).where(Actor.id.not_in(select(ActorCode.actor_id))).limit(1)
        other = db.scalars(others).one()
    _refuses(seeded, lambda db: db.execute(insert(ActorCode).values(actor_id=other, **code)), "unique")


@pytest.mark.parametrize("table", [Evidence, Relation])
def test_a_place_in_a_list_is_taken_once(seeded: Engine, table: Table) -> None:
    """The order of a record's evidence and relations is never left to chance."""
    _refuses(seeded, lambda db: _add(db, table, {"position": 0}), "unique")


@pytest.mark.parametrize("table", [Actor, Place, Article, Event, Statement])
def test_an_id_is_taken_once(seeded: Engine, table: Table) -> None:
    """A second record of one id is refused."""
    with seeded.connect() as db:
        key = db.scalars(select(table.id).limit(1)).one()
    _refuses(seeded, lambda db: _add(db, table, {"id": key}), "unique")


def test_there_is_one_state(seeded: Engine) -> None:
    """Revisions are numbered by one sequence."""
    row = {"id": 2, "revision": 0, "license": "", "citation": ""}
    _refuses(seeded, lambda db: db.execute(insert(State).values(row)), "ck_state_single")


@pytest.mark.parametrize(
    "query",
    [
        select(Participant.actor_id),
        select(Participant.on_behalf_of_id).where(Participant.on_behalf_of_id.is_not(None)),
        select(Statement.speaker_id).where(Statement.speaker_id.is_not(None)),
        select(Addressee.actor_id),
        select(Actor.parent_id).where(Actor.parent_id.is_not(None)),
    ],
    ids=["participant", "on_behalf_of", "speaker", "addressee", "parent"],
)
def test_an_actor_that_others_name_stays(seeded: Engine, query: Any) -> None:
    """Deleting whom an event, a statement or an actor refers to is refused."""
    with seeded.connect() as db:
        actor = db.scalars(query.limit(1)).one()
    _refuses(seeded, lambda db: db.execute(delete(Actor).where(Actor.id == actor)), "foreign key")


def test_a_record_takes_its_own_rows_along(seeded: Engine) -> None:
    """What lives and dies with a record goes with it; nobody else's goes."""

    def remove(db: Connection) -> None:
        own = select(Evidence.id).where(Evidence.statement_id == SAID)
        everything = len(db.scalars(select(Evidence.id)).all())
        gone = len(db.scalars(own).all())
        db.execute(delete(Relation).where(Relation.to_statement_id == SAID))
        db.execute(delete(Statement).where(Statement.id == SAID))
        assert gone > 0
        assert len(db.scalars(select(Evidence.id)).all()) == everything - gone

    _accepts(seeded, remove)


def test_the_checks_hold_on_a_change_too(seeded: Engine) -> None:
    """An update is refused like an insert."""
    changing = update(Event).where(Event.id == LATE_CALL)
    _refuses(seeded, lambda db: db.execute(changing.values(status="rumoured")), "ck_event_status")
    _refuses(seeded, lambda db: db.execute(changing.values(place_id=NOBODY)), "foreign key")


def test_an_instant_has_a_time_zone(seeded: Engine) -> None:
    """A moment without one would mean two moments on two databases: refused before it is sent."""
    naive = LOADED_AT.replace(tzinfo=None)
    with pytest.raises(StatementError, match="has no time zone"):
        _try(seeded, lambda db: _add(db, Event, {"created_at": naive}))


def test_who_reads_sees_one_state(engine: Engine) -> None:
    """Between two statements of one reader somebody writes: the second does not see it, the next reader does."""
    title = select(Article.title).order_by(Article.id).limit(1)
    with engine.connect() as reader:
        before = reader.scalar(title)
        with writing(engine) as writer:
            writer.execute(update(Article).values(title="Another"))
        assert reader.scalar(title) == before != "Another"
    with engine.connect() as reader:
        assert reader.scalar(title) == "Another"
