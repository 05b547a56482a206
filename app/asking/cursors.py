"""Cursors: the place where a page ended, signed and bound to its query."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import date, datetime
from functools import cached_property
from hashlib import blake2b
from typing import Any

import orjson
from itsdangerous import BadSignature, Signer

from app.asking.ordering import SortKey
from app.errors import BadRequest

# Parameters that may differ from page to page.
_FREE = {"limit", "cursor", "fields", "include", "count", "min_revision"}


class Cursor:
    """Signs the place where a page ended. With another path, filter or order, the cursor is not valid."""

    def __init__(self, secret: str, path: str, asked: Any) -> None:
        self._secret, self._path, self._asked = secret, path, asked

    @cached_property
    def _signer(self) -> Signer:
        asked, fields = self._asked, type(self._asked).model_fields
        given = ((name, getattr(asked, name)) for name in asked.model_fields_set - _FREE)
        bound = sorted((name, repr(value)) for name, value in given if value != fields[name].default)
        digest = blake2b(orjson.dumps([self._path, asked.sort, bound]), digest_size=12).hexdigest()
        return Signer(self._secret, salt=digest)

    def sign(self, values: Sequence[Any]) -> str:
        text = urlsafe_b64encode(orjson.dumps([*values])).rstrip(b"=")
        return self._signer.sign(text).decode()

    def load(self, cursor: str) -> list[Any]:
        """The values as they were signed. Raises BadRequest."""
        try:
            text = self._signer.unsign(cursor)
            return list(orjson.loads(urlsafe_b64decode(text + b"==")))
        except (BadSignature, ValueError):
            detail = (
                "This cursor is not of this query. Use `page.next` as it came, or leave the cursor out to begin anew."
            )
            raise BadRequest(detail, parameter="cursor") from None


def typed(values: Sequence[Any], order: Sequence[SortKey]) -> list[Any]:
    """VALUES of a cursor, or of a row as it is stored, as values of the columns of ORDER."""
    return [_typed(key.column, value) for key, value in zip(order, values, strict=True)]


def _typed(column: Any, value: Any) -> Any:
    kind = column.type.python_type
    return kind.fromisoformat(value) if isinstance(value, str) and kind in (date, datetime) else value
