"""Asks a running server a few questions, with types all the way; fails where an answer is not as expected.

python program.py http://127.0.0.1:8000
"""

import sys
from datetime import date
from typing import TypeVar

from dragoman_client import Client
from dragoman_client.api.analysis import read_events_facets
from dragoman_client.api.events import list_events, read_event
from dragoman_client.api.search import suggest
from dragoman_client.api.statements import list_statements
from dragoman_client.models import EventListed, Problem, StatementListed, SuggestionOut, ValueOut
from dragoman_client.types import Unset

Answer = TypeVar("Answer")


def answered(answer: Answer | Problem | None) -> Answer:
    """ANSWER, where it is one; a refusal says why."""
    if answer is None:
        sys.exit("The answer is of no declared status.")
    if isinstance(answer, Problem):
        sys.exit(f"{answer.status} {answer.title}: {answer.detail}")
    return answer


def warnings(client: Client) -> list[EventListed]:
    """The events of a type in a month, the oldest first."""
    return answered(list_events.sync(client=client, type_=["warning"], date="2016-10", sort=["date"])).data


def words(client: Client, speaker: str) -> StatementListed:
    """A statement of SPEAKER, with the words of the article that prove it."""
    found = answered(
        list_statements.sync(client=client, speaker=[speaker], has=["quote"], include=["evidence"], limit=1)
    )
    return found.data[0]


def named(client: Client, name: str) -> SuggestionOut:
    """The actor that somebody who types NAME may mean."""
    return answered(suggest.sync(client=client, q=name, kind=["actor"])).data[0]


def types_of(client: Client, actor: str) -> list[ValueOut]:
    """What ACTOR did, counted by type."""
    return answered(read_events_facets.sync(client=client, actor=[actor], facets=["type"])).data["type"].values


def main(url: str) -> None:
    """Ask, and compare with what the corpus has."""
    with Client(base_url=url) as client:
        october = warnings(client)
        assert [event.id for event in october] == ["2016-10-01-zakharova-warning", "2016-10-06-konashenkov-warning"]
        assert all(event.type_ == "warning" for event in october)
        assert october[0].date.start == date(2016, 10, 1)

        actor = named(client, "Zaharova")
        assert (actor.id, actor.matched) == ("maria-zakharova", "Maria Zakharova")

        statement = words(client, actor.id)
        assert statement.speaker is not None
        assert statement.speaker.name == actor.label
        assert statement.quote is not None
        assert not isinstance(statement.evidence, Unset)
        assert statement.evidence[0].verified
        assert statement.quote.text in (statement.evidence[0].exact or "")

        most = types_of(client, "john-kerry")[0]
        assert (most.value, most.count) == ("phone_call", 9)

        missing = read_event.sync("no-such-event", client=client)
        assert isinstance(missing, Problem)
        assert missing.status == 404
    print(f"Python: {len(october)} warnings; {actor.label} said: {statement.quote.text}")


if __name__ == "__main__":
    main(sys.argv[1])
