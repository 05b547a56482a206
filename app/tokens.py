"""Tokens of keys: what they look like, and how they are kept out of logs and answers."""

import re

# A public part, which finds the row, and a secret part, which is compared with that one row in constant time.
TOKEN = re.compile(r"dragoman_([0-9a-f]{16})_([A-Za-z0-9_-]{43})", re.ASCII)
_LIKE_ONE = re.compile(r"dragoman_[0-9a-f]{16}_[A-Za-z0-9_-]+", re.ASCII)


def redacted(text: str) -> str:
    """TEXT without tokens: one that was put where it does not belong is not repeated to those who read TEXT."""
    return _LIKE_ONE.sub("[a key]", text)
