"""The day that open ends of dates reach to: today, or that which a request looks back to (app/asking/past.py)."""

from contextvars import ContextVar
from datetime import UTC, date, datetime

_TODAY: ContextVar[date | None] = ContextVar("today", default=None)


def today() -> date:
    """The day that an open end of a date reaches to."""
    return _TODAY.get() or datetime.now(UTC).date()


def set_today(day: date) -> None:
    """Let open ends reach to DAY for the rest of this request."""
    _TODAY.set(day)
