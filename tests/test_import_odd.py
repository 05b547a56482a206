"""Cells that no record may hold, whichever they are, stop no import, on either database, and no answer."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from app.importing.crosswalks.countries import from_export
from app.importing.exchange.cameo_tsv import HEADER
from app.importing.exchange.plover_json import restored
from tests.conftest import client_of
from tests.gdelt_rows import USUAL, row
from tests.helpers import listed
from tests.imports import imported
from tests.reading import read_text
from tests.serving import url_of

# What a stored document would take for a reference, what PostgreSQL does not store, and what no index takes.
HOLE = "\x1aactor/nobody"
NUL = "a\0b"
LONG = "".join(f"{number * 7919 % 9973:x}" for number in range(2_500))
SEEDED = "aleppo-2016"
# The address of a record, of its own or referred to.
RECORD = re.compile(r'"(/v1/[^"]+/[^"]+)"')
ODD = (HOLE, NUL, LONG, "99999999999999", "-1e300", "http://[no", "😀\u202e\x7f")


def acled(**cells: str) -> dict[str, str]:
    """An event as the API gives it, but for CELLS."""
    usual = {"event_id_cnty": "A1", "event_date": "2020-01-01", "event_type": "Battles", "actor1": "Somebody"}
    more = ("assoc_actor_1", "tags", "sub_event_type", "source_scale", "admin1", "fatalities", "timestamp", "latitude")
    return (
        usual
        | {"location": "Town", "country": "Syria", "notes": "A note.", "source": "Wire"}
        | dict.fromkeys(more, "1")
        | cells
    )


def served(engine: Engine, report: Any, events: int) -> None:
    """EVENTS came in, or were skipped by name; every list can be had, and every detail that they have changed."""
    assert report.refusals == []
    assert report.added["event"] + report.rejected == report.read == events
    assert report.added["event"] >= events // 2
    with client_of(url_of(engine)) as client:
        changed: set[str] = set()
        for kind in ("events", "actors", "places", "articles"):
            for one in listed(client, f"/v1/{kind}"):
                written = json.dumps(one, ensure_ascii=False)
                assert "\x1a" not in written
                if one["dataset"] != SEEDED:
                    changed.update(RECORD.findall(written))
        assert len(changed) > events // 2
        for path in changed:
            assert client.get(path).status_code == 200, path


@pytest.mark.parametrize("odd", ODD)
def test_odd_cells_of_acled(engine: Engine, tmp_path: Path, odd: str) -> None:
    """Each in turn, escaped in JSON."""
    rows = [acled(event_id_cnty=f"A{at}") | {cell: odd} for at, cell in enumerate(acled())]
    (path := tmp_path / "a.json").write_text(json.dumps(rows), "utf-8")
    served(engine, imported(engine, "acled", path), len(rows))


@pytest.mark.parametrize("odd", ODD)
def test_odd_cells_of_gdelt(engine: Engine, tmp_path: Path, odd: str) -> None:
    """Each in turn, as bytes."""
    rows = [row(**{"GLOBALEVENTID": str(at), cell: odd}) for at, cell in enumerate(USUAL)]
    (path := tmp_path / "a.csv").write_text("\n".join(rows), "utf-8")
    served(engine, imported(engine, "gdelt-events", path), len(rows))


@pytest.mark.parametrize("odd", ODD)
def test_odd_cells_of_a_table_of_ours(engine: Engine, tmp_path: Path, odd: str) -> None:
    """An export that somebody has written into is no more to be trusted than others."""
    names = HEADER.split("\t")
    usual = dict.fromkeys(names, "1") | {"Event Date": "2019-01-05", "Event End Date": "2019-01-05"}
    usual |= {"CAMEO Code": "042", "Event Text": "Make a visit", "Event Type": "visit", "Date Precision": "day"}
    usual |= {"Figures": "killed exactly 3 people", "Evidence": "[]"}
    rows = ["\t".join((usual | {"Event ID": str(at), cell: odd}).values()) for at, cell in enumerate(names)]
    (path := tmp_path / "a.tsv").write_text("\n".join([HEADER, *rows]), "utf-8")
    served(engine, imported(engine, "cameo", path), len(rows))


def test_what_is_beyond_a_scale_is_told() -> None:
    """A score is left out with a remark, an event that ends before it starts is skipped."""
    header = "Event ID,Event Date,Source Name,CAMEO Code,Target Name,Intensity\n"
    (item,) = read_text("icews", header + "1,2019-01-05,A,042,B,11\n")
    assert item.goldstein is None  # type: ignore[union-attr]
    assert item.remarks == ("the score 11 is beyond -10 to 10 and was left out",)  # type: ignore[union-attr]
    record = {"eventType": "visit", "datePrecision": "range", "date": "2020-01-02", "endDate": "2020-01-01"}
    assert restored(record, 1, "a") is None
    assert (from_export("SUN"), from_export("Syria"), from_export(7)) == ("SUN", None, None)
