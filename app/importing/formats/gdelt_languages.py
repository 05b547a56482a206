"""The language of a document, from what GDELT says about its translation."""

import re
from functools import lru_cache

import langcodes

_SOURCE = re.compile(r"srclc:([a-z]{2,3})\b")


@lru_cache(maxsize=1_000)
def language_of(translation: str) -> str:
    """The BCP 47 tag in TRANSLATION (`srclc:ara;eng:GT-ARA 1.0`); what was not translated is English."""
    found = _SOURCE.search(translation)
    if found is None:
        return "en"
    tag = langcodes.standardize_tag(found[1], macro=True)
    return tag if langcodes.tag_is_valid(tag) else "und"
