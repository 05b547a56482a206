"""Stored records in the annotated form are what was drafted."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from app.dates import Span, format_span, parse_span
from app.loading import annotated
from app.loading.drafting import drafts_of
from app.loading.drafts import Draft
from app.loading.edits import recalling
from app.loading.folder import Folder, Source, read_folder
from app.loading.reading import Sheet, read
from tests.conftest import SEED
from tests.folders import write_small
from tests.helpers import load

DAYS = st.dates().map(lambda day: day.isoformat())
DATES = st.one_of(
    DAYS,
    DAYS.map(lambda day: day[:7]),
    DAYS.map(lambda day: day[:4]),
    st.builds("{:04}-Q{}".format, st.integers(1, 9999), st.integers(1, 4)),
    st.builds("{:04}-W{:02}".format, st.integers(1, 9998), st.integers(1, 52)),
    DAYS.map("{}/..".format),
    DAYS.map("../{}".format),
    st.tuples(DAYS, DAYS).map(lambda pair: "/".join(sorted(pair))),
    st.tuples(DAYS, DAYS).map(lambda pair: f"{min(pair)[:7]}/{max(pair)}"),
)


def drafted(folder: Folder) -> dict[tuple[str, str], Draft]:
    return {(draft.table.__tablename__, draft.id): draft for draft in drafts_of(folder, ())}


def recalled(engine: Engine, folder: Folder) -> Folder:
    """What the database has of FOLDER, in the form of a folder."""
    blank: Sheet = read("blank", b"x")
    with engine.connect() as db:
        actors = recalling.actors(db, [one.id for one in folder.actors.content.actors])
        places = recalling.places(db, [one.id for one in folder.places.content.places])
        articles = recalling.articles(db, [one.content.id for one in folder.articles])
    return Folder(
        folder.dataset,
        Source(blank, annotated.Actors.model_construct(actors=list(actors.values()))),
        Source(blank, annotated.Places.model_construct(places=list(places.values()))),
        [Source(blank, article) for article in articles.values()],
        folder.digest,
        [],
        {},
    )


def check(engine: Engine, path: Path) -> None:
    folder = read_folder(path)
    wanted, found = drafted(folder), drafted(recalled(engine, folder))
    assert found.keys() == wanted.keys()
    for key, draft in wanted.items():
        assert found[key].row == draft.row, key
        assert dict(found[key].parts) == dict(draft.parts), key
        assert found[key].digest == draft.digest, key


def test_the_seed_comes_back_as_it_was_drafted(engine: Engine) -> None:
    """Every record of the seed, recalled from its rows, drafts to the same rows."""
    check(engine, SEED)


def test_the_small_set_comes_back_as_it_was_drafted(engine: Engine, tmp_path: Path, seeded_url: str) -> None:
    """So does a set with an event that three articles tell."""
    load(seeded_url, write_small(tmp_path))
    check(engine, tmp_path)


def test_what_is_recalled_is_sound(engine: Engine) -> None:
    """Written out, every recalled article is one that would be taken."""
    with engine.connect() as db:
        for article in recalling.articles(db, [one.content.id for one in read_folder(SEED).articles]).values():
            plain = article.model_dump(by_alias=True, exclude_unset=True)
            again = annotated.Article.model_validate(plain, by_alias=True, by_name=False)
            assert again.model_dump(exclude_unset=True) == article.model_dump(exclude_unset=True)


@given(DATES)
def test_a_date_is_written_as_it_is_read(text: str) -> None:
    """Reading what was written gives the same days, as exactly known."""
    span = parse_span(text)
    written = format_span(span)
    assert written is not None
    assert parse_span(written) == span


def test_an_unknown_date_is_nothing() -> None:
    """As in an annotated article."""
    assert format_span(Span(None, None, "unknown")) is None
