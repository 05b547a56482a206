"""Dates in the words of texts, as far as they can be read without guessing."""

import re

import dateparser
from dateparser.data.languages_info import language_order

from app.dates import parse_span

_PRECISE = re.compile(r"\d{4}(?:-\d{2}){0,2}", re.ASCII)
_STAMP = re.compile(r"(\d{4}-\d{2}-\d{2})[T ].*", re.ASCII)
_PLAIN = re.compile(r"((?:1[5-9]|20)\d{2})(\d{2})(\d{2})(?:\d{6})?", re.ASCII)
_YEAR = re.compile(r"(?:\D*\s)?((?:1[5-9]|20)\d{2})(?:\s\D*)?", re.ASCII)
# Either of the two numbers may be the month.
_EITHER = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-]\d{2,4}", re.ASCII)
_MONTHS = 12
_LONGEST = 60


def date_of(words: str, language: str) -> str | None:
    """The day, month or year that WORDS of LANGUAGE name, in ISO 8601; None if that is not certain.

    It is not if it depends on another day (on Tuesday, 3 October).
    """
    words = words.strip()
    if match := _STAMP.fullmatch(words):
        words = match[1]
    if match := _PLAIN.fullmatch(words):
        words = "-".join(match.groups())
    if _PRECISE.fullmatch(words):
        return words if _is_date(words) else None
    if len(words) > _LONGEST or _ambiguous(words):
        return None
    for parts, form in ((("day", "month", "year"), "%Y-%m-%d"), (("month", "year"), "%Y-%m")):
        settings = {"REQUIRE_PARTS": list(parts), "PARSERS": ["absolute-time"]}
        if found := dateparser.parse(words, languages=_languages(language), settings=settings):
            return str(found.strftime(form))
    match = _YEAR.fullmatch(words)
    return match[1] if match else None


def _is_date(words: str) -> bool:
    try:
        parse_span(words)
    except ValueError:
        return False
    return True


def _ambiguous(words: str) -> bool:
    match = _EITHER.fullmatch(words)
    return match is not None and match[1] != match[2] and int(match[1]) <= _MONTHS and int(match[2]) <= _MONTHS


def _languages(language: str) -> list[str] | None:
    code = language.partition("-")[0]
    return [code] if code in language_order else None
