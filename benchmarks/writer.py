"""An import that goes on until it is told to stop, and then takes back what it wrote.

What it writes happened before everything that is asked for, so that answers stay the same.
"""

import signal
import sys
from datetime import UTC, date, datetime
from typing import Any

from app.database import open_engine, writing
from app.loading.coding import UNCODED, coded
from app.loading.drafts import Draft
from app.loading.past import Stamp
from app.loading.planning import Removal
from app.loading.writing import write
from app.models import Event, Participant
from benchmarks.data import dataset

ID = "bench-import"
BATCH = 100
DAY = date(1999, 1, 1)


def _event(number: int) -> Draft:
    key, label = f"{ID}-{number:08}", f"Warning: number {number}"
    row: dict[str, Any] = {"id": key, "type": "warning", "label": label, "labels": {"en": label}, "summary": None}
    row |= {"start_on": DAY, "end_on": DAY, "precision": "day", "place_id": None, "status": "reported"}
    draft = Draft(Event, row | coded("warning") | UNCODED)
    part = {"event_id": key, "position": 0, "actor_id": "state-fji", "role": "initiator", "side": "source"}
    draft.parts[Participant] = [{**part, "on_behalf_of_id": None, "start_on": DAY}]
    return draft


def main(url: str) -> None:
    """Write to the database at URL, batch by batch."""
    engine = open_engine(url)
    stopping: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: stopping.append(number))
    number = 0
    while not stopping:
        with writing(engine) as db:
            write(
                db,
                dataset(ID),
                [_event(number + one) for one in range(BATCH)],
                Stamp(datetime.now(UTC)),
                removal=Removal(),
            )
        if not number:
            print("writing", flush=True)  # noqa: T201 - whoever started this waits for it
        number += BATCH
    with writing(engine) as db:
        write(db, dataset(ID), [], Stamp(datetime.now(UTC)))


if __name__ == "__main__":
    main(sys.argv[1])
