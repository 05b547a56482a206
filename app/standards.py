"""Codes that others define: countries (ISO 3166-1) and languages (BCP 47)."""

from functools import cache
from typing import Annotated

import pycountry
from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from app.nearest import nearest


def _language(tag: str) -> str:
    # Imported on first use: its tables are large, and reading needs none of them.
    import langcodes  # noqa: PLC0415

    if not langcodes.tag_is_valid(tag):
        raise PydanticCustomError("language", "not a BCP 47 language tag, such as ar, en or zh-Hant")
    written = langcodes.standardize_tag(tag)
    if written != tag:
        raise PydanticCustomError("language", "is written {written}", {"written": written, "nearest": [written]})
    return tag


def _country(code: str) -> str:
    found = pycountry.countries.get(alpha_3=code)
    if found is None or found.alpha_3 != code:
        near = nearest(code.upper(), [country.alpha_3 for country in pycountry.countries])
        raise PydanticCustomError("country", "not an ISO 3166-1 alpha-3 code, such as RUS", {"nearest": near})
    return code


@cache
def country_name(code: str) -> str | None:
    """What ISO 3166-1 calls the country CODE, if it has that code."""
    found = pycountry.countries.get(alpha_3=code)
    return found.name if found else None


Language = Annotated[str, AfterValidator(_language)]
Country = Annotated[str, AfterValidator(_country)]
