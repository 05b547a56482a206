"""One record changed by itself: what is not meant to change does not, and nothing that is sent is passed over."""

from tests.helpers import ids, listed
from tests.writers import ARTICLE, CALL, SECOND, YAML, tag_of, writer_of


def test_what_is_read_to_be_written_changes_nothing(seeded_url: str) -> None:
    """PUT takes what `/annotated` gives, and the record stays as it was."""
    with writer_of(seeded_url) as client:
        revision = client.get("/v1/meta").json()["meta"]["revision"]
        for kind in ("events", "statements", "actors", "articles", "places"):
            for key in ids(listed(client, f"/v1/{kind}"))[::12]:
                path = f"/v1/{kind}/{key}"
                read = client.get(f"{path}/annotated")
                answer = client.put(path, json=read.json()["data"], headers={"If-Match": read.headers["etag"]})
                assert answer.status_code == 200, (path, answer.text)
        assert client.get("/v1/meta").json()["meta"]["revision"] == revision


def test_an_article_can_be_changed_whose_event_others_tell(seeded_url: str) -> None:
    """What the event is stays with the article that says so, whichever of them is changed."""
    with writer_of(seeded_url) as client:
        for article in (ARTICLE, SECOND):
            assert client.post("/v1/articles", content=article, headers=YAML).status_code == 201
        before = client.get(f"/v1/events/{CALL}/annotated").json()["data"]
        for key in ("2016-10-05-call", "2016-10-06-call-again"):
            path = f"/v1/articles/{key}"
            answer = client.patch(path, json={"title": "The call was long"}, headers=tag_of(client, path))
            assert answer.status_code == 200, answer.text
        assert client.get(f"/v1/events/{CALL}/annotated").json()["data"] == before
