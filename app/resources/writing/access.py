"""Who asks: the holder of the key in `Authorization: Bearer`; keys are taken from nowhere else."""

from collections.abc import Callable
from typing import Any

from fastapi import Depends, Request

from app import keys
from app.database import writing
from app.errors import Forbidden, Unauthorized
from app.models.writing import SCOPES

_MAKE = "`dragoman key create --name NAME --scope {scope}` makes one"
_REALM = 'Bearer realm="dragoman"'


def holder_of(scope: str) -> Any:
    """A dependency: the holder of the request's key, which must have SCOPE."""
    return Depends(_HOLDERS[scope])


def _asking(scope: str) -> Callable[[Request], keys.Holder]:
    def read_holder(request: Request) -> keys.Holder:
        holder = _holder(request, scope)
        if not holder.may(scope):
            allowed = SCOPES[SCOPES.index(scope) :]
            raise Forbidden(
                f"The key {holder.name!r} has the scope {holder.scope}; this needs {' or '.join(allowed)}. "
                f"{_MAKE.format(scope=scope)}.",
                f'{_REALM}, error="insufficient_scope", scope="{scope}"',
            )
        if holder.note_is_due:
            with writing(request.state.primary) as db:
                keys.note_use(db, holder.name)
        return holder

    return read_holder


def _holder(request: Request, scope: str) -> keys.Holder:
    given = request.headers.getlist("authorization")
    if not given:
        detail = f"This needs a key: send `Authorization: Bearer KEY`. {_MAKE.format(scope=scope)}."
        raise Unauthorized(detail, _REALM)
    scheme, _, token = given[0].partition(" ")
    if len(given) > 1 or scheme.lower() != "bearer":
        raise Unauthorized("Send a key as one `Authorization: Bearer KEY`; there is no other way.", _REALM)
    with request.state.primary.connect() as db:
        holder = keys.authenticate(db, token.strip())
    if holder is None:
        detail = "There is no such key, or it has expired or was revoked. `dragoman key list` shows all keys."
        raise Unauthorized(detail, f'{_REALM}, error="invalid_token"')
    return holder


_HOLDERS = {scope: _asking(scope) for scope in SCOPES}
