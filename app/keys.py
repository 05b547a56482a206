"""Keys: who may write. A token is shown once, when it is made; what is kept cannot be turned back into it."""

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from secrets import token_hex, token_urlsafe

from sqlalchemy import Connection, insert, select, update

from app.models import Key
from app.models.writing import SCOPES, Scope
from app.tokens import TOKEN

__all__ = ["SCOPES", "Holder", "Listed", "Scope", "authenticate", "create", "keys", "note_use", "revoke"]

_NOBODY = "0" * 64
# Of use to whoever looks for keys that nobody needs; no reason to write with every request.
USE_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose key came with a request."""

    name: str
    scope: str
    last_used_at: datetime | None = None

    @property
    def note_is_due(self) -> bool:
        """Whether the last note of its use is a minute old."""
        return self.last_used_at is None or self.last_used_at < datetime.now(UTC) - USE_NOTED_EVERY

    def may(self, scope: str) -> bool:
        """Whether the key has SCOPE: each scope has those before it."""
        return SCOPES.index(self.scope) >= SCOPES.index(scope)


def create(db: Connection, name: str, scope: str, expires_at: datetime | None = None) -> str:
    """Make a key and return its token, which nobody can tell again."""
    public, secret = token_hex(8), token_urlsafe(32)
    made = {"id": public, "name": name, "scope": scope, "digest": _digest(secret)}
    db.execute(insert(Key), {**made, "created_at": datetime.now(UTC), "expires_at": expires_at})
    return f"dragoman_{public}_{secret}"


@dataclass(frozen=True, slots=True)
class Listed:
    """A key as its owner sees it; of its token nothing."""

    name: str
    scope: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


def keys(db: Connection) -> list[Listed]:
    """Every key, by name."""
    columns = (Key.name, Key.scope, Key.created_at, Key.expires_at, Key.revoked_at, Key.last_used_at)
    return [Listed(*row) for row in db.execute(select(*columns).order_by(Key.name))]


def revoke(db: Connection, name: str) -> bool:
    """End the key NAME at once; whether there is one that had not ended."""
    ending = update(Key).where(Key.name == name, Key.revoked_at.is_(None)).values(revoked_at=datetime.now(UTC))
    return bool(db.execute(ending).rowcount)


def authenticate(db: Connection, token: str) -> Holder | None:
    """The holder of TOKEN; None if the token is unknown, revoked or expired."""
    match = TOKEN.fullmatch(token)
    row = db.execute(select(*Key.__table__.columns).where(Key.id == match[1])).one_or_none() if match else None
    # Compared also where there is no row: an unknown key takes as long to refuse as a wrong one.
    right = hmac.compare_digest(row.digest if row else _NOBODY, _digest(match[2] if match else token))
    if row is None or not right or row.revoked_at is not None:
        return None
    if row.expires_at is not None and row.expires_at <= datetime.now(UTC):
        return None
    return Holder(row.name, row.scope, row.last_used_at)


def note_use(db: Connection, name: str) -> None:
    """Note that the key NAME is used now."""
    db.execute(update(Key).where(Key.name == name).values(last_used_at=datetime.now(UTC)))


def _digest(secret: str) -> str:
    # A slow hash is for secrets that people choose. This one is 256 random bits: nobody tries them all, and a fast
    # hash costs the reader of every request nothing.
    return sha256(secret.encode()).hexdigest()
