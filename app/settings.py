"""All settings of the program, read once from the environment (prefix DRAGOMAN_)."""

from functools import cache
from ipaddress import ip_network
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """What an operator may change; the README lists the same names."""

    model_config = SettingsConfigDict(env_prefix="DRAGOMAN_", frozen=True, extra="forbid")

    database_url: str = Field(
        f"sqlite:///{ROOT / 'dragoman.db'}",
        description="SQLite (`sqlite:///file.db`) or PostgreSQL in any libpq form (`postgresql://...`).",
    )
    read_url: str | None = Field(
        None,
        description="PostgreSQL that reads go to, in libpq's form for several hosts; by default where writes go.",
        pattern=r"^postgres(ql)?://",
    )
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 picks a free one.")
    workers: int = Field(1, ge=1, le=256, description="Server processes.")
    public_url: str | None = Field(
        None,
        description="Address that clients use; links start with it. By default made from host and port.",
        pattern=r"^https?://[!-\"$->@-~]+$",
    )
    cursor_secret: str = Field(
        "dragoman",
        min_length=1,
        description="Signs paging cursors. All servers of one installation need the same.",
    )
    threads: int = Field(4, ge=1, le=256, description="Requests a process answers at once.")
    pool_size: int = Field(8, ge=1, le=256, description="Connections a process keeps to PostgreSQL.")
    prepared_statements: bool = Field(
        True, description="Whether PostgreSQL keeps statements prepared; false behind a pooler that cannot handle them."
    )
    log_level: Literal["critical", "error", "warning", "info", "debug"] = Field(
        "info", description="How much the server says."
    )

    cache_bytes: int = Field(16 << 20, ge=0, description="Memory of a process for hot answers; 0 keeps none.")
    cache_max_age: int = Field(60, ge=0, description="Seconds for which clients and proxies need not ask again.")
    cache_stale: int = Field(600, ge=0, description="Seconds more for which they may show what they have meanwhile.")
    rate_limit: int = Field(0, ge=0, description="Requests a minute from one address to one process; 0 is no limit.")
    trusted_proxies: str = Field(
        "", description="Proxies whose `X-Forwarded-For` is believed: addresses or networks, by comma."
    )
    query_seconds: float = Field(
        10, ge=0.001, le=3600, description="Seconds after which the database stops a query; the client gets a 503."
    )
    access_log: bool = Field(False, description="Whether to log a line for each request.")

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        for one in filter(None, value.split(",")):
            ip_network(one.strip(), strict=False)
        return value

    @property
    def proxies(self) -> list[str]:
        """The trusted proxies."""
        return [one.strip() for one in self.trusted_proxies.split(",") if one.strip()]

    @property
    def base_url(self) -> str:
        """What links start with, without a slash at the end."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def streams_at_once(self) -> int:
        """How many whole results a process streams at once; half of its connections stay free for short questions."""
        return max(1, self.pool_size // 2)


@cache
def get_settings() -> Settings:
    """The settings of this process."""
    return Settings()
