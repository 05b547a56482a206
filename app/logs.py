"""The log: a line of JSON for each event, with the id of the request that it happened in."""

import logging
from typing import Any

from pythonjsonlogger.orjson import OrjsonFormatter

from app.observing import request_id
from app.tokens import redacted


class Lines(OrjsonFormatter):
    """Lines of JSON, without keys: one that came where it does not belong, in a path or an id, is not written down."""

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record))


class RequestIds(logging.Filter):
    """Adds the id of the request that is being answered."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not hasattr(record, "request_id"):
            record.request_id = request_id() or None
        return True


def config(level: str) -> dict[str, Any]:
    """The configuration of `logging` for messages of LEVEL and above."""
    server = "warning" if level == "info" else level
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": Lines,
                "fmt": "{asctime}{levelname}{name}{message}",
                "style": "{",
                "datefmt": "%Y-%m-%dT%H:%M:%S%z",
                "rename_fields": {"asctime": "at", "levelname": "level", "name": "logger"},
            }
        },
        "filters": {"ids": {"()": RequestIds}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["ids"]},
        },
        "loggers": {
            "dragoman": {"level": level.upper(), "handlers": ["stderr"], "propagate": False},
            "uvicorn": {"level": server.upper(), "handlers": ["stderr"], "propagate": False},
        },
    }
