"""What tests of writing need: keys, articles to send, and clients that send them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import yaml
from starlette.testclient import TestClient

from app import keys
from app.database import open_engine, writing
from tests.conftest import client_of

ARTICLE = """\
id: 2016-10-05-call
publisher: reuters
language: en
title: Lavrov calls Kerry
published: 2016-10-05
text: |
  Sergey Lavrov called John Kerry on Wednesday. "We are ready", he said. Kerry said little, very little.
events:
  - id: 2016-10-05-lavrov-calls-kerry
    type: phone_call
    label: Lavrov calls Kerry
    date: 2016-10-05
    participants:
      - {actor: sergey-lavrov, role: source, on_behalf_of: russia}
      - {actor: john-kerry, role: target, on_behalf_of: united-states}
    evidence:
      - Sergey Lavrov called John Kerry on Wednesday.
statements:
  - id: 2016-10-05-call-s1
    speaker: sergey-lavrov
    addressees: [john-kerry]
    date: 2016-10-05
    directness: direct
    act: offer
    gist: Russia is ready
    quote: {text: We are ready, language: en}
    event: 2016-10-05-lavrov-calls-kerry
    evidence:
      - '"We are ready", he said.'
"""
SECOND = """\
id: 2016-10-06-call-again
language: en
title: More on the call
published: 2016-10-06
text: |
  The call of Wednesday was long.
events:
  - id: 2016-10-05-lavrov-calls-kerry
    accounts: [{stance: asserts, note: It was long}]
    evidence: [The call of Wednesday was long.]
"""
CALL = "2016-10-05-lavrov-calls-kerry"
YAML = {"Content-Type": "application/yaml"}


def token_of(url: str, name: str = "desk", scope: str = "write", **options: Any) -> str:
    """A new key of the database at URL."""
    engine = open_engine(url)
    with writing(engine) as db:
        token = keys.create(db, name, scope, **options)
    engine.dispose()
    return token


@contextmanager
def writer_of(url: str, scope: str = "write", name: str = "desk", **settings: object) -> Iterator[TestClient]:
    """A client of the application on the database at URL, with a key."""
    with client_of(url, **settings) as client:
        client.headers["Authorization"] = f"Bearer {token_of(url, name, scope)}"
        yield client


def article(**changes: Any) -> dict[str, Any]:
    """The article as data, with CHANGES."""
    made: dict[str, Any] = yaml.load(ARTICLE, yaml.BaseLoader)
    return {**made, **changes}


def tag_of(client: TestClient, path: str) -> dict[str, str]:
    """The `If-Match` of whoever has read what is at PATH."""
    return {"If-Match": client.get(path).headers["etag"]}
