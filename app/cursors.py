"""Cursors: where a page ended, signed and bound to its query."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import cached_property
from hashlib import blake2b
from typing import Any

import orjson
from itsdangerous import BadSignature, URLSafeSerializer

from app.errors import BadRequest
from app.ordering import Key

# What may differ from page to page.
_FREE = {"limit", "cursor", "fields", "include", "count", "min_revision"}


class Cursor:
    """Signs where a page ended, bound to its query: another path, filter or order has other cursors."""

    def __init__(self, secret: str, path: str, asked: Any) -> None:
        self._secret, self._path, self._asked = secret, path, asked

    @cached_property
    def _signer(self) -> Any:
        asked, fields = self._asked, type(self._asked).model_fields
        given = ((name, getattr(asked, name)) for name in asked.model_fields_set - _FREE)
        bound = sorted((name, repr(value)) for name, value in given if value != fields[name].default)
        digest = blake2b(orjson.dumps([self._path, asked.sort, bound]), digest_size=12).hexdigest()
        return URLSafeSerializer(self._secret, salt=digest)

    def sign(self, values: Sequence[Any]) -> str:
        return str(self._signer.dumps([_plain(value) for value in values]))

    def load(self, cursor: str) -> list[Any]:
        """The values as they were signed. Raises BadRequest."""
        try:
            return list(self._signer.loads(cursor))
        except BadSignature:
            detail = (
                "This cursor is not of this query. Take `page.next` as it came, or leave the cursor out to begin anew."
            )
            raise BadRequest(detail, parameter="cursor") from None


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def typed(values: Sequence[Any], order: Sequence[Key]) -> list[Any]:
    """VALUES of a cursor as the columns of ORDER have them."""
    return [_typed(key.column, value) for key, value in zip(order, values, strict=True)]


def _typed(column: Any, value: Any) -> Any:
    kind = column.type.python_type
    return kind.fromisoformat(value) if value is not None and kind in (date, datetime) else value
