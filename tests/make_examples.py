"""Makes what shows answers of the API about the seed: app/examples.json, and the outputs in the documents."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
from starlette.testclient import TestClient

from app.database import open_engine, writing
from app.http.openapi import EXAMPLES
from app.loading import load_folder
from app.main import create_app
from app.migrating import upgrade
from app.settings import Settings
from tests.conftest import LOADED_AT, SEED
from tests.documented import DOCUMENTS, refill

ARTICLE = "2016-10-03-seed-lavrov-kerry-aleppo"
REQUESTS = {
    "list_events": "/v1/events?type=phone_call&limit=1&count=exact",
    "read_event": "/v1/events/2016-10-01-kerry-lavrov-call-late",
    "read_events_timeline": "/v1/events/timeline?type=phone_call&group_by=status",
    "read_events_facets": "/v1/events/facets?type=warning&facets=type,country&facet_size=3",
    "read_event_chain": "/v1/events/2016-09-19-syrian-army-ends-truce/chain?depth=1",
    "read_statements_timeline": "/v1/statements/timeline?act=warn&interval=week",
    "read_statements_facets": "/v1/statements/facets?facets=act,medium&facet_size=3",
    "list_dyads": "/v1/dyads?roll_up=country&limit=2",
    "read_dyad": "/v1/dyads/united-states/russia?roll_up=country",
    "read_network": "/v1/network?type=phone_call&limit=3",
    "list_statements": "/v1/statements?act=warn&limit=1&count=exact",
    "read_statement": f"/v1/statements/{ARTICLE}-s9",
    "list_actors": "/v1/actors?kind=government_body&limit=1&count=exact",
    "read_actor": "/v1/actors/sergey-lavrov",
    "list_articles": "/v1/articles?language=ar&limit=1&count=exact",
    "read_article": "/v1/articles/2016-10-01-imlebanon-m10-hospital",
    "read_article_annotations": "/v1/articles/2016-10-01-imlebanon-m10-hospital/annotations",
    "list_places": "/v1/places?parent=aleppo",
    "read_place": "/v1/places/aleppo",
    "search": "/v1/search?q=Aleppo ceasefire&limit=1",
    "suggest": "/v1/suggest?q=Zaharova&limit=1",
    "list_datasets": "/v1/datasets",
    "read_dataset": "/v1/datasets/aleppo-2016",
    "read_code_list": "/v1/codes/directness",
    "read_service": "/v1/meta",
    "read_limits": "/v1/limits",
    "read_health": "/healthz",
    "read_readiness": "/readyz",
}


def make(client: TestClient) -> bytes:
    """The content of app/examples.json."""
    answers = {name: client.get(path).json() for name, path in REQUESTS.items()}
    return orjson.dumps(answers, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


@contextmanager
def fresh() -> Iterator[str]:
    """The address of a new database with the seed, for a while."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'seeded.db'}"
        engine = open_engine(url)
        with writing(engine) as db:
            upgrade(db)
        with writing(engine) as db:
            load_folder(db, SEED, at=LOADED_AT)
        engine.dispose()
        yield url


def main() -> None:
    """Write them from a fresh load of the seed."""
    with fresh() as url, TestClient(create_app(Settings(database_url=url))) as client:
        EXAMPLES.write_bytes(make(client))
        for document in DOCUMENTS:
            refill(client, document)


if __name__ == "__main__":
    main()
