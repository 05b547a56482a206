"""The benchmark's data: always the same, as many as were asked for, true to their own evidence, and skewed."""

from collections import Counter

import pytest

from app.loading.drafts import Draft
from app.models import Actor, Article, Event, Evidence, Participant, Place, Statement
from benchmarks.data import Data
from benchmarks.vocabulary import countries

EVENTS = 4_000


@pytest.fixture(scope="module")
def drafts() -> list[Draft]:
    """All drafts of a small set."""
    return [draft for batch in Data(EVENTS).batches() for draft in batch]


def test_there_are_as_many_records_as_asked_for(drafts: list[Draft]) -> None:
    """So many events, half as many statements, and at least so many of the rest that lists are worth walking."""
    counts = Counter(draft.table for draft in drafts)
    assert counts == {Event: EVENTS, Statement: EVENTS // 2, Actor: 500, Article: 200, Place: 200}
    assert Data(1_000_000).actors == 5_000
    assert Data(1_000_000).articles == 20_000


def test_the_same_events_come_in_batches_of_any_size(drafts: list[Draft]) -> None:
    """Nothing depends on how the data are cut, nor on the run that makes them."""
    again = [draft.digest for batch in Data(EVENTS).batches(records=700) for draft in batch]
    assert again == [draft.digest for draft in drafts]


def test_evidence_stands_in_its_article(drafts: list[Draft]) -> None:
    """Every quotation is what the article has at that place, in Arabic as in English."""
    texts = {draft.id: draft.row["text"] for draft in drafts if draft.table is Article}
    quoted = [row for draft in drafts for row in draft.parts[Evidence]]
    assert len(quoted) == EVENTS + EVENTS // 2
    for row in quoted:
        assert texts[row["article_id"]][row["start_at"] : row["end_at"]] == row["exact"]
    assert {row["language"] for row in quoted} == {"ar", "en"}


def test_few_actors_are_in_most_events(drafts: list[Draft]) -> None:
    """Ten actors of five hundred have a third of all parts, and the busiest is the first of the states."""
    parts = Counter(row["actor_id"] for draft in drafts for row in draft.parts[Participant])
    busiest = parts.most_common(10)
    assert busiest[0][0] == f"state-{countries()[0][0].lower()}"
    assert sum(count for _, count in busiest) > parts.total() / 3
