"""Faults of what was sent, as the error that the client gets."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import Connection

from app.asking.ids import became, nearest_ids
from app.errors import ApiError, Invalid, Malformed, ParameterError
from app.loading.faults import Fault, Refused, Unreadable
from app.loading.values import NOT_AN_ID
from app.searching.suggesting import suggestions

MOST_NEAREST = 5
# The fields that name an actor. If their value does not even look like an id, it may be a name.
_ACTORS = frozenset(
    "speaker on_behalf_of venue publisher actor organisation addressees agency reported_via parent".split()  # noqa: SIM905
)
_UNKNOWN = re.compile(r"there is no (\w+) of this id")


@contextmanager
def refusing(db: Connection) -> Iterator[None]:
    """Turn a Refused that is raised within into what the client is answered. Raises Invalid."""
    try:
        yield
    except Unreadable as refused:
        raise Malformed([_error(fault, f", in line {fault.line}") for fault in refused.faults]) from None
    except Refused as refused:
        raise refusal(db, refused.faults) from None


def refusal(db: Connection, faults: Sequence[Fault]) -> ApiError:
    """FAULTS as the error to be answered."""
    return Invalid([_error(fault) for fault in _helped(db, faults)])


def _error(fault: Fault, where: str = "") -> ParameterError:
    return ParameterError(fault.where, fault.found, fault.message + where, fault.allowed, fault.nearest)


def told(db: Connection, faults: Sequence[Fault]) -> list[dict[str, Any]]:
    """FAULTS as data."""
    return [{key: value for key, value in asdict(fault).items() if key != "file"} for fault in _helped(db, faults)]


def _helped(db: Connection, faults: Sequence[Fault]) -> list[Fault]:
    """FAULTS, those of unknown actors, places, events and statements with the nearest that exist."""
    return [_with_nearest(db, fault) for fault in faults]


def _with_nearest(db: Connection, fault: Fault) -> Fault:
    near = [key for kind in _kinds(fault) if fault.found for key in _nearest(db, kind, fault.found)]
    if not near:
        return fault
    return replace(fault, nearest=tuple(dict.fromkeys([*near, *fault.nearest]))[:MOST_NEAREST])


def _kinds(fault: Fault) -> tuple[str, ...]:
    """The kinds of records that the value of FAULT may have meant."""
    if unknown := _UNKNOWN.match(fault.message):
        return ("event", "statement") if unknown[1] == "record" else (unknown[1],)
    last = fault.where.rpartition(".")[2].partition("[")[0]
    if fault.message != NOT_AN_ID:
        return ()
    return ("place",) if last == "place" else ("actor",) * (last in _ACTORS)


def _nearest(db: Connection, kind: str, value: str) -> list[str]:
    """The ids of KIND that VALUE may have meant, by name or by id; first what it was merged into, if it was."""
    named = suggestions(db, value.replace("-", " "), [kind], MOST_NEAREST) if kind in ("actor", "place") else []
    return [*became(db, kind, value), *(one.id for one in named), *nearest_ids(db, kind, value)]
