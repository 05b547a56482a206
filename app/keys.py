"""Keys: who may write. A token is shown once, when it is made; only a digest of it is kept."""

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from secrets import token_hex, token_urlsafe

from sqlalchemy import Connection, insert, select, update

from app.models import Key
from app.models.writing import SCOPES
from app.tokens import TOKEN

_NOBODY = "0" * 64
# Often enough to find keys that nobody uses, without a write for every request.
USE_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Holder:
    """The holder of the key that came with a request."""

    name: str
    scope: str
    last_used_at: datetime | None = None

    @property
    def note_is_due(self) -> bool:
        """Whether the last note of its use is at least a minute old."""
        return self.last_used_at is None or self.last_used_at < datetime.now(UTC) - USE_NOTED_EVERY

    def may(self, scope: str) -> bool:
        """Whether the key has SCOPE; each scope includes those before it."""
        return SCOPES.index(self.scope) >= SCOPES.index(scope)


def create(db: Connection, name: str, scope: str, expires_at: datetime | None = None) -> str:
    """Make a key and return its token, which cannot be recovered later."""
    public, secret = token_hex(8), token_urlsafe(32)
    made = {"id": public, "name": name, "scope": scope, "digest": _digest(secret)}
    db.execute(insert(Key), {**made, "created_at": datetime.now(UTC), "expires_at": expires_at})
    return f"dragoman_{public}_{secret}"


@dataclass(frozen=True, slots=True)
class Listed:
    """A key as lists show it, without its token."""

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
    """Revoke the key NAME at once. Returns whether there was such a key that had not been revoked."""
    ending = update(Key).where(Key.name == name, Key.revoked_at.is_(None)).values(revoked_at=datetime.now(UTC))
    return bool(db.execute(ending).rowcount)


def authenticate(db: Connection, token: str) -> Holder | None:
    """The holder of TOKEN; None if the token is unknown, revoked or expired."""
    match = TOKEN.fullmatch(token)
    row = db.execute(select(*Key.__table__.columns).where(Key.id == match[1])).one_or_none() if match else None
    # Compared even if there is no row, so that an unknown key takes as long to refuse as a wrong one.
    right = hmac.compare_digest(row.digest if row else _NOBODY, _digest(match[2] if match else token))
    if row is None or not right or row.revoked_at is not None:
        return None
    if row.expires_at is not None and row.expires_at <= datetime.now(UTC):
        return None
    return Holder(row.name, row.scope, row.last_used_at)


def note_use(db: Connection, name: str) -> None:
    """Note that the key NAME was used just now."""
    db.execute(update(Key).where(Key.name == name).values(last_used_at=datetime.now(UTC)))


def _digest(secret: str) -> str:
    # Slow hashes protect secrets that people choose. This one is 256 random bits, which nobody can guess, so a fast
    # hash is as safe and costs a request next to nothing.
    return sha256(secret.encode()).hexdigest()
