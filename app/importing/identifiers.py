"""Ids of imported records: the id of the data set, and what the source calls the record."""

import re
from functools import lru_cache
from hashlib import blake2b
from urllib.parse import urlsplit

from anyascii import anyascii

from app.documents import CONTROL

LONGEST_KEY = 120
LONGEST_NAME = 500
_PLAIN = re.compile(r"[a-z0-9]+(?:[-._:][a-z0-9]+)*")
_OTHER = re.compile(r"[^a-z0-9]+")


def identifier(dataset: str, key: str) -> str:
    """The id of what the source calls KEY. If KEY must be altered, it gets a hash, so that ids stay different."""
    if len(key) <= LONGEST_KEY and _PLAIN.fullmatch(key):
        return f"{dataset}:{key}"
    return _altered(dataset, key)


@lru_cache(maxsize=100_000)
def slug(text: str) -> str:
    """TEXT in plain lower-case letters with hyphens; empty if nothing of it can be kept."""
    return _OTHER.sub("-", anyascii(text).lower()).strip("-")[:LONGEST_KEY].strip("-")


def host_of(url: str) -> str:
    """The host of URL, empty if it has none that can be read."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


@lru_cache(maxsize=100_000)
def clean(text: str) -> str:
    """TEXT without what no record may hold, and without blanks at its ends."""
    return without_control(text).strip()


def without_control(text: str) -> str:
    """TEXT without what no record may hold (control characters, halves of characters)."""
    return text if text.isprintable() else CONTROL.sub("", text)


def named(text: str) -> str:
    """TEXT as a name: clean, and no longer than an index takes."""
    return clean(text)[:LONGEST_NAME].strip()


@lru_cache(maxsize=100_000)
def _altered(dataset: str, key: str) -> str:
    digest = blake2b(key.encode("utf-8", "surrogatepass"), digest_size=5).hexdigest()
    return f"{dataset}:{'-'.join(filter(None, (slug(key)[:60].strip('-'), digest)))}"
