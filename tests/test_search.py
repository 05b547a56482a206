"""Searching over HTTP: the grammar, the ranking, the places of words, names as they are typed, and what stays so."""

import shutil
import unicodedata
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, text, update
from starlette.testclient import TestClient

from app.answering import by_day
from app.database import open_engine, writing
from app.folding import fold, runs, words
from app.loading import indexing, load_folder
from app.migrating import downgrade, upgrade
from app.models import SearchName, State
from app.searching.sounds import MOST_NAMES
from tests.conftest import LOADED_AT, SEED, Databases, client_of
from tests.helpers import SCRIPTS, Record, details, found, ids, listed, odd_url, scripts_url

KINDS = ("events", "statements", "actors", "articles")
TABLES = ("search_document", "search_term", "search_name")
ODDITIES = ["it's", "multi-agent", "NEAR(", 'a" b"', "a:b", "^a", "{title} : a", "a & !b", "\\", "'; DROP", "%", "-a b"]
CORPUS = ["حلب", "وحلب", "Лавров", "Алеппо", "aleppo", "the", "suspen*", "كيري", "外交部", '"war crimes"', "OR", "-"]
TYPED = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40),
    st.lists(st.sampled_from([*ODDITIES, *CORPUS]), min_size=1, max_size=5).map(" ".join),
)


@pytest.fixture(scope="module")
def client(databases: Databases) -> Iterator[TestClient]:
    """A client of the application on the seed and the other scripts."""
    with client_of(scripts_url(databases)) as opened:
        yield opened


@pytest.fixture(scope="module")
def odd(databases: Databases) -> Iterator[TestClient]:
    """A client of the application on the seed and the odd ones, some without a day."""
    with client_of(odd_url(databases)) as opened:
        yield opened


@pytest.fixture(scope="module")
def sqlite_and_postgresql(
    tmp_path_factory: pytest.TempPathFactory, postgres: str
) -> Iterator[tuple[TestClient, TestClient]]:
    """Clients of the same data on both databases."""
    made = (Databases(tmp_path_factory.mktemp("both"), None), Databases(tmp_path_factory.mktemp("both"), postgres))
    urls = [databases.make("both") for databases in made]
    for url in urls:
        engine = open_engine(url)
        with writing(engine) as db:
            upgrade(db)
        with writing(engine) as db:
            load_folder(db, SEED, at=LOADED_AT)
            load_folder(db, SCRIPTS, at=LOADED_AT)
        engine.dispose()
    with client_of(urls[0]) as one, client_of(urls[1]) as other:
        yield one, other


def ask(client: TestClient, path: str, **parameters: Any) -> Any:
    """The answer's JSON; it must be an answer."""
    answer = client.get(f"{path}?{urlencode(parameters)}")
    assert answer.status_code == 200, answer.text
    return answer.json()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=TYPED)
def test_anything_typed_is_answered_or_explained_alike_on_both(
    sqlite_and_postgresql: tuple[TestClient, TestClient], typed: str
) -> None:
    """Whatever a person types gives an answer or a 422 with a message, and both databases say the same."""
    for path in ("/v1/search", "/v1/suggest", *(f"/v1/{kind}" for kind in KINDS)):
        one, other = (client.get(f"{path}?{urlencode({'q': typed})}") for client in sqlite_and_postgresql)
        assert one.status_code in (200, 422), one.text
        assert one.content == other.content
        if one.status_code == 422:
            assert one.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ('"Aleppo', "quotation mark"),
        ("*", "no letter or digit"),
        ("?!… —", "no letter or digit"),
        ("-Aleppo", "only leaves out"),
        ("Aleppo OR", "OR"),
        ("OR Aleppo", "OR"),
        ("Aleppo OR -Syria", "OR"),
        ("a*", "at least 2 letters"),
        ("x" * 60_000, "at most 1000"),
        ("a b " * 20, "at most 32"),
    ],
)
def test_what_cannot_be_asked_is_explained(client: TestClient, typed: str, message: str) -> None:
    """A query without sense is refused with the reason."""
    answer = client.get("/v1/search", params={"q": typed})
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["parameter"] == "q"
    assert message in error["message"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("one", "other"), [("aleppo", "russia"), ("حلب", "كيري"), ("Syria", '"United States"')])
def test_the_grammar_is_logic(client: TestClient, kind: str, one: str, other: str) -> None:
    """Words together, one without the other, and either: the sets that logic says, with neither lost nor doubled."""

    def hits(query: str) -> set[str]:
        return set(found(client, f"/v1/{kind}", urlencode({"q": query})))

    assert hits(f"{one} {other}") == hits(one) & hits(other)
    assert hits(f"{one} -{other}") == hits(one) - hits(other)
    assert hits(f"{one} OR {other}") == hits(one) | hits(other)


@settings(max_examples=300, deadline=None)
@given(word=st.text(min_size=1, max_size=12))
def test_folding_twice_is_folding_once(word: str) -> None:
    """A folded word folds to itself, and so do the words of a text."""
    assert fold(fold(word)) == fold(word)
    for found_word in words(word):
        assert 0 <= found_word.start < found_word.end <= len(word)
        if not found_word.pair:
            assert fold(found_word.text) == found_word.text


@settings(max_examples=200, deadline=None)
@given(written=st.text(st.characters(max_codepoint=0x0DFF)) | st.text(st.characters(max_codepoint=0x7F)))
def test_words_are_the_longest_runs_of_letters_digits_and_marks(written: str) -> None:
    """So it is in scripts that have spaces, and nothing else is a word."""

    def in_word(sign: str) -> bool:
        return sign.isalnum() or sign == "\u00ad" or unicodedata.category(sign).startswith("M")

    expected = ["".join(signs) for inside, signs in groupby(written, in_word) if inside]
    assert [run[0] for run in runs(written)] == expected


@given(word=st.text(st.characters(categories=["Ll", "Lu"]), min_size=1, max_size=12))
def test_case_and_composition_do_not_matter(word: str) -> None:
    """Capitals and decomposed accents fold like the rest."""
    assert fold(unicodedata.normalize("NFD", word)) == fold(unicodedata.normalize("NFC", word))
    assert fold(word.lower().upper().lower()) == fold(word.lower().upper())


def at(record: Any, path: str) -> str:
    """What stands in RECORD at a dotted PATH."""
    for part in path.split("."):
        record = record[int(part)] if isinstance(record, list) else record[part]
    assert isinstance(record, str)
    return record


QUERIES = [
    "Lavrov",
    "قصف",
    "وليبيا",
    '"war crimes"',
    "suspen*",
    "外交部",
    "ซีเรีย",
    "火",
    "évacuation",
    "Алеппо OR сирия",
]


@pytest.mark.parametrize("query", QUERIES)
def test_highlights_lie_within_the_served_field(client: TestClient, query: str) -> None:
    """Ranges are in order, apart, within the field as the record serves it, and on whole words."""
    rows = ask(client, "/v1/search", q=query)["data"]
    assert rows
    for row in rows:
        record = client.get(row["url"]).json()["data"]
        assert row["highlights"]
        for highlight in row["highlights"]:
            field, last = at(record, highlight["field"]), 0
            for start, end in highlight["ranges"]:
                assert last <= start < end <= len(field)
                last = end


@pytest.mark.parametrize(
    ("query", "id", "field", "shown"),
    [
        ("lavrov", "sergey-lavrov", "name", ["Lavrov"]),
        ("حلب", "2016-10-28-kerry-lavrov-call", "labels.ar", ["حلب"]),
        ("ليبيا", "2016-10-28-kerry-lavrov-call", "labels.ar", ["وليبيا"]),
        ('"war crimes"', "2016-10-07-almasdar-kerry-war-crimes-s1", "gist", ["war crimes"]),
        ("evacuations", "2016-12-14-east-aleppo-evacuation", "labels.fr", ["Évacuation"]),
        ("外交部", "scripts-zh-s1", "quote.text", ["外交部"]),
        ("火", "scripts-zh-s1", "quote.text", ["火"]),
        ("アレッポ", "scripts-ja-s1", "quote.text", ["アレッポ"]),
        ("encontr* OR observad*", "2016-12-19-unscr-2328", "labels.pt", ["observadores"]),
    ],
)
def test_a_highlight_is_the_word(client: TestClient, query: str, id: str, field: str, shown: list[str]) -> None:
    """The marked signs of the field are what was looked for."""
    (row,) = [row for row in ask(client, "/v1/search", q=query)["data"] if row["id"] == id]
    (ranges,) = [one["ranges"] for one in row["highlights"] if one["field"] == field]
    text_of = at(client.get(row["url"]).json()["data"], field)
    assert [text_of[start:end] for start, end in ranges] == shown


@pytest.mark.parametrize("query", ["aleppo", "russia OR syria", "حلب"])
@pytest.mark.parametrize("kind", KINDS)
def test_pages_by_relevance_are_the_whole_list(client: TestClient, kind: str, query: str) -> None:
    """Page after page gives each hit once, in the order of the one long page; relevance is the order by default."""
    whole = ids(listed(client, f"/v1/{kind}", urlencode({"q": query})))
    assert whole == ids(listed(client, f"/v1/{kind}", urlencode({"q": query, "sort": "relevance"})))
    paged: list[str] = []
    address: str | None = f"/v1/{kind}?{urlencode({'q': query, 'limit': 3})}"
    while address:
        page = client.get(address).json()
        paged += ids(page["data"])
        address = page["page"]["next"]
    assert paged == whole
    assert len(set(whole)) == len(whole)
    assert sorted(whole) == found(client, f"/v1/{kind}", urlencode({"q": query, "sort": "id"}))


def test_pages_by_relevance_go_on_where_nothing_is_scored(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind the scored hits come the others, newest first, and none is lost or doubled."""
    every = found(client, "/v1/statements", "q=russia")
    monkeypatch.setattr("app.searching.ranking.SCORED", 5)
    paged: list[Record] = []
    address: str | None = "/v1/statements?q=russia&limit=4"
    while address:
        page = client.get(address).json()
        paged += page["data"]
        address = page["page"]["next"]
    assert sorted(ids(paged)) == every
    days = [row["date"]["start"] or "" for row in paged[10:]]
    assert days == sorted(days, reverse=True)


@pytest.mark.parametrize("patience", [2, 20_000])
@pytest.mark.parametrize(
    "query",
    [
        *(f"/v1/{kind}?q=aleppo" for kind in ("events", "statements", "articles")),
        "/v1/events?q=aleppo&date=2016-09-20/2016-10-02",
        "/v1/events?q=aleppo&date=2016-10-01/..",
        "/v1/events?q=aleppo&date=../2016-09-20",
        "/v1/events?q=aleppo%20OR%20deployed",
        "/v1/events?q=aleppo%20OR%20deployed&date=2016-09/..",
        "/v1/events?q=al*&status=disputed",
        "/v1/statements?q=russia&speaker=sergey-lavrov,maria-zakharova",
        "/v1/events?q=zebra",
    ],
)
def test_a_search_by_day_is_the_same_in_order(
    odd: TestClient, monkeypatch: pytest.MonkeyPatch, query: str, patience: int
) -> None:
    """Newest first, by pages or as a file: what relevance finds, in the order of its days and then of its ids."""
    monkeypatch.setattr(by_day, "_PATIENCE", patience)
    when = "published" if "articles" in query else "date"
    wanted = [(one[when]["start"] or "", one["id"]) for one in listed(odd, *query.split("?"))]
    wanted = sorted(sorted(wanted, key=itemgetter(1)), key=itemgetter(0), reverse=True)
    ordered = f"{query}&sort=-{when}"
    for limit in (1, 3, 50):
        answer = odd.get(f"{ordered}&limit={limit}").json()
        walked = ids(answer["data"])
        while answer["page"]["next"]:
            answer = odd.get(answer["page"]["next"]).json()
            walked += ids(answer["data"])
        assert walked == [key for _, key in wanted]
    lines = odd.get(ordered.replace("?", ".ndjson?")).text.splitlines()[:-1]
    assert [orjson.loads(line)["id"] for line in lines] == walked


@pytest.mark.parametrize(("name", "id"), [("russia", "russia"), ("united states", "united-states"), ("Сирия", "syria")])
def test_what_is_named_just_so_comes_first(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, name: str, id: str
) -> None:
    """However many hits there are, and however few of them are scored."""
    monkeypatch.setattr("app.searching.ranking.SCORED_ACTORS", 1)
    rows = ask(client, "/v1/actors", q=name)["data"]
    assert len(rows) > 1
    assert rows[0]["id"] == id


def test_names_come_before_bodies(client: TestClient) -> None:
    """A record that is named so comes before one that only speaks of it; the shorter name first."""
    rows = ask(client, "/v1/search", q="lavrov")["data"]
    assert (rows[0]["kind"], rows[0]["id"]) == ("actor", "sergey-lavrov")
    named = [
        any(not one["field"].startswith(("text", "quote", "summary")) for one in row["highlights"]) for row in rows
    ]
    assert named == sorted(named, reverse=True)
    scores = [row["score"] for row in rows]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_relevance_needs_a_query(client: TestClient) -> None:
    """There is no relevance without `q`, and none mixed with other orders."""
    for query in ("sort=relevance", "q=aleppo&sort=relevance,date"):
        answer = client.get(f"/v1/events?{query}")
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["parameter"] == "sort"


def test_q_goes_with_other_filters(client: TestClient) -> None:
    """`q` narrows what other filters leave, in counts too."""
    aleppo = set(found(client, "/v1/events", "q=aleppo"))
    calls = set(found(client, "/v1/events", "type=phone_call"))
    both = listed(client, "/v1/events", "q=aleppo&type=phone_call")
    assert set(ids(both)) == aleppo & calls
    counted = ask(client, "/v1/events", q="aleppo", type="phone_call", limit=0, count="exact")
    assert counted["page"]["total"] == len(both)


def test_a_cursor_is_bound_to_its_words(client: TestClient) -> None:
    """A cursor of one query is no cursor of another."""
    following = ask(client, "/v1/events", q="aleppo", limit=1)["page"]["next"]
    assert client.get(following).status_code == 200
    assert client.get(following.replace("q=aleppo", "q=russia")).status_code == 400


@pytest.mark.parametrize(
    ("path", "query", "suggestion"),
    [
        ("/v1/events", "alepo ceasfire", "aleppo ceasefire"),
        ("/v1/search", "lavorv kery", "lavrov kerry"),
        ("/v1/articles", "Zaharova", "zakharova"),
        ("/v1/events", "zzzzqqq", None),
        ("/v1/events", "aleppo", None),
    ],
)
def test_an_empty_answer_suggests_words_that_would_find(
    client: TestClient, path: str, query: str, suggestion: str | None
) -> None:
    """Where nothing is found, the nearest words of the texts are suggested, and they do find something."""
    body = ask(client, path, q=query)
    assert body["meta"]["suggestion"] == suggestion
    if suggestion:
        assert body["data"] == []
        assert ask(client, path, q=suggestion)["data"]


def test_an_answer_that_did_not_look_suggests_nothing(client: TestClient) -> None:
    """A page of no rows has found nothing only if what there is was counted."""
    assert ask(client, "/v1/statements", q="Aleppo", limit=0)["meta"]["suggestion"] is None
    assert ask(client, "/v1/events", q="alepo", limit=0)["meta"]["suggestion"] is None
    assert ask(client, "/v1/events", q="alepo", limit=0, count="exact")["meta"]["suggestion"] == "aleppo"


@pytest.mark.parametrize(
    ("typed", "kind", "id", "matched"),
    [
        ("lavr", "actor", "sergey-lavrov", "Lavrov"),
        ("sergey lav", "actor", "sergey-lavrov", "Sergey Lavrov"),
        ("lavrov serg", "actor", "sergey-lavrov", None),
        ("Lavrof", "actor", "sergey-lavrov", None),
        ("Zaharova", "actor", "maria-zakharova", None),
        ("سيرجي", "actor", "sergey-lavrov", "سيرجي لافروف"),
        ("Kiri", "actor", "john-kerry", "جون كيري"),
        ("وكيري", "actor", "john-kerry", "كيري"),
        ("Керр", "actor", "john-kerry", None),
        ("Q58217", "actor", "sergey-lavrov", "wikidata:Q58217"),
        ("iso3:RUS", "actor", "russia", "iso3:RUS"),
        ("john-ker", "actor", "john-kerry", None),
        ("حلب", "place", "aleppo", "حلب"),
        ("phone_c", "event_type", "phone_call", None),
        ("外交部", "actor", "chinese-mfa", None),
    ],
)
def test_a_name_is_suggested_as_it_is_typed(
    client: TestClient, typed: str, kind: str, id: str, matched: str | None
) -> None:
    """The beginning of a name in any script, a code, an id or a misspelling: what is meant comes first of its kind."""
    row = ask(client, "/v1/suggest", q=typed, kind=kind)["data"][0]
    assert row["id"] == id
    assert matched is None or row["matched"] == matched
    assert any(one["kind"] == kind and one["id"] == id for one in ask(client, "/v1/suggest", q=typed)["data"])


def test_hints_tell_namesakes_apart(client: TestClient) -> None:
    """Two people of one name have two hints: office and country."""
    rows = ask(client, "/v1/suggest", q="ivan petrov")["data"]
    assert {row["id"]: row["hint"] for row in rows} == {
        "ivan-petrov-mfa": "Press attaché, Russian Federation",
        "ivan-petrov-bulgaria": "Member of parliament, Bulgaria",
    }


def test_suggestions_are_bounded(client: TestClient) -> None:
    """The limit is kept, and a limit out of range, a kind unknown or text without letters is refused."""
    assert len(ask(client, "/v1/suggest", q="a", limit=3)["data"]) == 3
    assert ask(client, "/v1/suggest", q="a", limit=0)["data"] == []
    for query in ("q=a&limit=101", "q=a&kind=actr", "q=%2A", "limit=3", "q=" + "a" * 201):
        assert client.get(f"/v1/suggest?{query}").status_code == 422


def test_names_are_found_among_thousands_that_sound_so(seeded_url: str) -> None:
    """However many names begin as one sounds, it is found by what only sounds like it."""
    engine = open_engine(seeded_url)
    with client_of(seeded_url) as client:
        before = ask(client, "/v1/suggest", q="Lavrof", kind="actor")["data"]
        with writing(engine) as db:
            of = {"kind": "actor", "record_id": "john-kerry", "language": "en", "part": 0, "proper": True}
            words = {"name": "Lavin", "folded": "lavin", "word": "lavin", "latin": "lavin", "sound": "lfn"}
            db.execute(insert(SearchName), [{**of, **words, "position": 100 + number} for number in range(MOST_NAMES)])
            db.execute(update(State).values(revision=State.revision + 1))
        after = ask(client, "/v1/suggest", q="Lavrof", kind="actor")["data"]
        assert ask(client, "/v1/suggest", q="Lafin", kind="actor")["data"][0]["matched"] == "Lavin"
    engine.dispose()
    assert before[0]["id"] == "sergey-lavrov"
    assert after == before


def index_of(url: str) -> dict[str, list[Any]]:
    """Everything that searching reads."""
    engine = open_engine(url)
    with engine.connect() as db:
        rows = {table: sorted(map(tuple, db.execute(text(f"SELECT * FROM {table}")))) for table in TABLES}
    engine.dispose()
    return rows


def test_the_index_follows_every_change(databases: Databases, tmp_path: Path) -> None:
    """What loading adds, changes and removes is found at once or no more; the index is as if made anew."""
    url = databases.copy("seeded")
    folder = tmp_path / "seed"
    shutil.copytree(SEED, folder)
    (folder / "articles" / "2016-10-04-fardanews-zakharova-reaction.yaml").unlink()
    actors = yaml.safe_load((folder / "actors.yaml").read_text("utf-8"))
    actors["actors"][0]["names"]["en"] = "Sergey Xylophonov"
    (folder / "actors.yaml").write_text(yaml.safe_dump(actors, allow_unicode=True), "utf-8")
    engine = open_engine(url)
    with client_of(url) as client:
        before = found(client, "/v1/actors", "q=xylophonov"), found(client, "/v1/articles", "q=كوتاهي")
        heard = [ids(ask(client, "/v1/suggest", q="Ksilofonof", kind="actor")["data"])]
        with writing(engine) as db:
            load_folder(db, folder, at=LOADED_AT)
        after = found(client, "/v1/actors", "q=xylophonov"), found(client, "/v1/articles", "q=كوتاهي")
        heard.append(ids(ask(client, "/v1/suggest", q="Ksilofonof", kind="actor")["data"]))
    assert before == ([], ["2016-10-04-fardanews-zakharova-reaction"])
    assert after == (["sergey-lavrov"], [])
    assert ["sergey-lavrov" in one for one in heard] == [False, True]
    kept = index_of(url)
    with writing(engine) as db:
        indexing.rebuild(db)
    engine.dispose()
    assert index_of(url) == kept


def test_migrating_back_and_forth_fills_the_index_again(seeded_url: str) -> None:
    """The index goes with its migration and comes back filled from the stored records."""
    before = index_of(seeded_url)
    engine = open_engine(seeded_url)
    with writing(engine) as db:
        downgrade(db, "0001")
    with writing(engine) as db:
        upgrade(db)
    engine.dispose()
    assert index_of(seeded_url) == before
    with client_of(seeded_url) as client:
        assert found(client, "/v1/events", "q=plutonium") == ["2016-10-03-plutonium-agreement-suspended"]


def test_a_withheld_text_is_not_searched(seeded_url: str) -> None:
    """Words that stand only in a text that may not be served are not found."""
    key = "2016-10-03-ansa-plutonium"
    engine = open_engine(seeded_url)
    with client_of(seeded_url) as client:
        assert key in ids(details(client, "articles"))
        article = client.get(f"/v1/articles/{key}").json()["data"]
        title_words = {word.text for title in article["titles"].values() for word in words(title)}
        hidden = next(
            word.text for word in words(article["text"]) if word.text not in title_words and len(word.text) > 6
        )
        assert key in found(client, "/v1/articles", f"q={hidden}")
        with writing(engine) as db:
            db.execute(text("UPDATE article SET parts = '{\"text\": null}' WHERE id = :key"), {"key": key})
            indexing.index(db, "article", [key])
    # A new one: the row was changed behind the back of the answers that are kept.
    with client_of(seeded_url) as client:
        assert key not in found(client, "/v1/articles", f"q={hidden}")
    engine.dispose()
