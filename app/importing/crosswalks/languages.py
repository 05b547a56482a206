"""Languages as BCP 47 tags, from tags and English names."""

from functools import lru_cache

import langcodes
import pycountry


@lru_cache(maxsize=1000)
def language(name: str) -> str | None:
    """The tag that NAME (`ara`, `English`) is or means; None if it is not a language."""
    if not name:
        return None
    if langcodes.tag_is_valid(name):
        return str(langcodes.standardize_tag(name))
    try:
        found = pycountry.languages.lookup(name)
    except LookupError:
        return None
    return str(getattr(found, "alpha_2", None) or found.alpha_3)
