"""The date grammar: what each form means, what is refused, and how spans nest."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from app.dates import UNKNOWN, Span, parse_span

FORMS: dict[str, tuple[str | None, str | None, str]] = {
    "2016-10-01": ("2016-10-01", "2016-10-01", "day"),
    "2016-02-29": ("2016-02-29", "2016-02-29", "day"),
    "2000-02-29": ("2000-02-29", "2000-02-29", "day"),
    "2016-10": ("2016-10-01", "2016-10-31", "month"),
    "2016-02": ("2016-02-01", "2016-02-29", "month"),
    "2015-02": ("2015-02-01", "2015-02-28", "month"),
    "1900-02": ("1900-02-01", "1900-02-28", "month"),
    "2016-12": ("2016-12-01", "2016-12-31", "month"),
    "2016": ("2016-01-01", "2016-12-31", "year"),
    "2016-Q1": ("2016-01-01", "2016-03-31", "quarter"),
    "2016-Q2": ("2016-04-01", "2016-06-30", "quarter"),
    "2016-Q3": ("2016-07-01", "2016-09-30", "quarter"),
    "2016-Q4": ("2016-10-01", "2016-12-31", "quarter"),
    "2016-W39": ("2016-09-26", "2016-10-02", "week"),
    "2016-W01": ("2016-01-04", "2016-01-10", "week"),
    "2015-W01": ("2014-12-29", "2015-01-04", "week"),
    "2015-W53": ("2015-12-28", "2016-01-03", "week"),
    "2016-09-12/2016-10-03": ("2016-09-12", "2016-10-03", "day"),
    "2016-10-01/2016-10-01": ("2016-10-01", "2016-10-01", "day"),
    "2016-09/2016-10": ("2016-09-01", "2016-10-31", "month"),
    "2015/2016": ("2015-01-01", "2016-12-31", "year"),
    "2016-10-05/2016-10": ("2016-10-05", "2016-10-31", "day"),
    "2016-W39/2016-Q4": ("2016-09-26", "2016-12-31", "week"),
    "2016-09-12/..": ("2016-09-12", None, "day"),
    "2016-09/..": ("2016-09-01", None, "month"),
    "../2016-10-03": (None, "2016-10-03", "range"),
    "../2016": (None, "2016-12-31", "range"),
}
EDGES: dict[str, tuple[str | None, str | None, str]] = {
    "0001": ("0001-01-01", "0001-12-31", "year"),
    "0001-01-01": ("0001-01-01", "0001-01-01", "day"),
    "0001-W01": ("0001-01-01", "0001-01-07", "week"),
    "9999": ("9999-01-01", "9999-12-31", "year"),
    "9999-12": ("9999-12-01", "9999-12-31", "month"),
    "9999-Q4": ("9999-10-01", "9999-12-31", "quarter"),
    "9999-12-31": ("9999-12-31", "9999-12-31", "day"),
    "9999-W51": ("9999-12-20", "9999-12-26", "week"),
    "../9999-12-31": (None, "9999-12-31", "range"),
}
NO_SUCH_DAY = {
    "2016-02-30": "2016-02-30",
    "2015-02-29": "2015-02-29",
    "1900-02-29": "1900-02-29",
    "2016-04-31": "2016-04-31",
    "2016-10-00": "2016-10-00",
    "2016-13-01": "2016-13-01",
    "2016-13": "2016-13-01",
    "2016-00": "2016-00-01",
    "0000": "0000-01-01",
    "0000-12-31": "0000-12-31",
    "0000-Q1": "0000-01-01",
}
NOT_DATES = (
    *("", " ", ".", "..", "...", "null", "today", "2016-10-01T00:00:00Z", "2016-10-01 ", " 2016-10-01", "2016-10-01\n"),
    *("16", "201", "20161", "20161001", "+2016", "-2016", "2016-1", "2016-1-1", "2016-10-1", "2016/", "/2016", "/"),
    *("2016-Q0", "2016-Q5", "2016-q1", "2016-W1", "2016-w01", "2016W01", "2016-W01-1", "2016–10–01", "2016-10-01/"),
    *("٢٠١٦", "٢٠١٦-١٠-٠١", "２０１６", "২০১৬-Q1", "2016-W٠١", "2016-10-0१"),
)
INTERVALS = "an interval has two ends, of which one may be open (..)"


def _span(start: str | None, end: str | None, precision: str) -> Span:
    first, last = (date.fromisoformat(day) if day else None for day in (start, end))
    return Span(first, last, precision)


def _forms(day: date) -> dict[str, str]:
    """Every single date that has DAY in it, by precision."""
    year, week, _ = day.isocalendar()
    text = day.isoformat()
    forms = {"day": text, "month": text[:7], "quarter": f"{text[:4]}-Q{(day.month + 2) // 3}", "year": text[:4]}
    # Weeks that leave the calendar have no name here.
    return forms | ({"week": f"{year:04}-W{week:02}"} if day < date(9999, 12, 27) else {})


def _bounds(text: str) -> tuple[date, date]:
    span = parse_span(text)
    assert span.start is not None
    assert span.end is not None
    return span.start, span.end


@pytest.mark.parametrize("text", FORMS | EDGES)
def test_every_form_has_its_bounds_and_its_precision(text: str) -> None:
    """A date bounds what is known, both days inclusive, and says how exactly; an interval is as exact as its start."""
    assert parse_span(text) == _span(*(FORMS | EDGES)[text])


@pytest.mark.parametrize("text", NO_SUCH_DAY)
def test_a_day_that_the_calendar_lacks_is_refused_by_name(text: str) -> None:
    """A well-formed date that does not exist is refused, and the message names the day."""
    with pytest.raises(ValueError, match=f"^the calendar has no day {NO_SUCH_DAY[text]}$"):
        parse_span(text)


@pytest.mark.parametrize("text", ["2016-W53", "2016-W00", "2016-W54", "2016-W99", "0000-W01", "9999-W52", "9999-W53"])
def test_a_week_that_the_calendar_lacks_is_refused_by_name(text: str) -> None:
    """Only long years have a week 53, no year has a week 0, and the last of 9999 ends where no date can."""
    with pytest.raises(ValueError, match=f"^the calendar has no week {text}$"):
        parse_span(text)


@pytest.mark.parametrize("text", NOT_DATES)
def test_what_is_no_date_is_refused(text: str) -> None:
    """Nothing is guessed or trimmed: other forms, other digits and blanks are no dates."""
    with pytest.raises(ValueError, match=r"^not a date$"):
        parse_span(text)


@pytest.mark.parametrize("text", ["../..", "2016/2017/2018", "../../..", "2016-10-01/../..", "2016//2017"])
def test_an_interval_has_two_ends_of_which_one_may_be_open(text: str) -> None:
    """Two open ends say nothing, three ends are too many."""
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - the message is what counts
        parse_span(text)
    assert str(refused.value) == INTERVALS


@pytest.mark.parametrize("text", ["2016-10-03/2016-09-12", "2017/2016", "2016-10/2016-09-30", "2016-W40/2016-09"])
def test_a_reversed_interval_is_refused(text: str) -> None:
    """An interval does not end before it starts."""
    with pytest.raises(ValueError, match=r"^the interval ends before it starts$"):
        parse_span(text)


def test_an_unknown_date_has_no_bounds() -> None:
    """What is not known is not invented."""
    assert Span(None, None, "unknown") == UNKNOWN


@given(st.dates())
@example(date.min)
@example(date.max)
def test_spans_of_one_day_nest(day: date) -> None:
    """The day lies in its week, and in its month, which lies in its quarter, which lies in its year."""
    forms = _forms(day)
    assert {precision: parse_span(text).precision for precision, text in forms.items()} == {key: key for key in forms}
    chain = [_bounds(forms[precision]) for precision in ("day", "month", "quarter", "year")]
    assert chain[0] == (day, day)
    for (start, end), (outer_start, outer_end) in pairwise(chain):
        assert outer_start <= start <= end <= outer_end
    if "week" in forms:
        monday, sunday = _bounds(forms["week"])
        assert monday <= day <= sunday
        assert (monday.weekday(), sunday - monday) == (0, timedelta(days=6))


@given(st.dates(max_value=date(9999, 12, 20)))
def test_spans_of_one_precision_tile_the_calendar(day: date) -> None:
    """The day after the end of a span starts the next of its kind: none overlap, none leave a gap."""
    for precision, text in _forms(day).items():
        after = _bounds(text)[1]
        assume(after < date(9999, 12, 20))
        following = after + timedelta(days=1)
        assert _bounds(_forms(following)[precision])[0] == following


@given(st.data(), st.dates(), st.dates())
def test_an_interval_runs_from_the_start_of_one_to_the_end_of_the_other(data: st.DataObject, a: date, b: date) -> None:
    """Two dates make an interval exactly if the first does not start after the last ends; then start <= end."""
    first, last = (data.draw(st.sampled_from(sorted(_forms(day).values()))) for day in (a, b))
    start, end = _bounds(first)[0], _bounds(last)[1]
    if start <= end:
        assert parse_span(f"{first}/{last}") == Span(start, end, parse_span(first).precision)
        return
    with pytest.raises(ValueError, match=r"^the interval ends before it starts$"):
        parse_span(f"{first}/{last}")


@given(st.dates())
def test_an_open_end_stays_open(day: date) -> None:
    """`..` adds no bound; with an open start only the latest day is known."""
    for text in _forms(day).values():
        span = parse_span(text)
        assert parse_span(f"{text}/..") == Span(span.start, None, span.precision)
        assert parse_span(f"../{text}") == Span(None, span.end, "range")


@given(
    st.text()
    | st.text("0123456789-/.WQ", max_size=12)
    | st.from_regex(r"\d{4}(-(\d\d|W\d\d|Q\d))?(-\d\d)?", fullmatch=True)
)
def test_any_text_is_a_span_or_a_refusal(text: str) -> None:
    """Whatever comes in, there is a sound span or a ValueError with a message."""
    try:
        span = parse_span(text)
    except ValueError as error:
        assert str(error)  # noqa: PT017 - both outcomes are right
        return
    assert span.start or span.end
    assert not (span.start and span.end and span.start > span.end)
    assert text.isascii()
