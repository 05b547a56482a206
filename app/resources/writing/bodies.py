"""Bodies of requests: JSON or YAML, up to a limit."""

from dataclasses import dataclass, replace
from typing import Any

from fastapi import Depends, Request

from app.errors import Invalid, ParameterError, TooLarge, UnsupportedMediaType
from app.loading import annotated
from app.loading.edits import lone
from app.loading.reading import Sheet, read, read_json
from app.records.writing import MergeIn

MOST_BYTES = 2 << 20
JSON = "application/json"
YAML = "application/yaml"
PATCH = "application/merge-patch+json"
_READERS = {
    JSON: read_json,
    PATCH: read_json,
    YAML: read,
    "application/x-yaml": read,
    "text/yaml": read,
    "text/x-yaml": read,
}
# The shapes of bodies, for the OpenAPI document.
SHAPES = (
    annotated.Actor,
    annotated.Place,
    annotated.Article,
    lone.LoneEvent,
    lone.LoneStatement,
    annotated.Dataset,
    MergeIn,
)
# What takes the place of the file's name in faults.
NAME = "body"


@dataclass(frozen=True, slots=True)
class Body:
    """The bytes that were sent, and their media type."""

    source: bytes
    media: str

    def sheet(self) -> Sheet:
        """What the body says. Raises Refused."""
        return _READERS[self.media](NAME, self.source)


async def _read_body(request: Request) -> Body:
    media, charset = _kind_of(request.headers.get("content-type", ""))
    # Parts of a record are no record: PUT would take away what they leave out.
    allowed = [one for one in _READERS if one != PATCH or request.method == "PATCH"]
    if media not in allowed:
        raise UnsupportedMediaType(
            f"The body is {media or 'of no stated type'}; send {JSON} or {YAML}.", allowed=allowed
        )
    if charset not in ("utf-8", "utf8"):
        raise UnsupportedMediaType(f"The body is in {charset or 'no stated charset'}; send UTF-8.")
    if request.headers.get("content-encoding", "").strip().lower() not in ("", "identity"):
        raise UnsupportedMediaType("The body is compressed; send it as it is.")
    return Body(await _bounded(request), media)


def _kind_of(header: str) -> tuple[str, str]:
    """The media type and the charset that a `Content-Type` says, in lower case."""
    media, *parameters = header.lower().split(";")
    told = dict(one.strip().partition("=")[::2] for one in parameters)
    return media.strip(), told.get("charset", "utf-8").strip('"')


async def _bounded(request: Request) -> bytes:
    """The bytes of the body. Raises TooLarge as soon as there are too many."""
    told = request.headers.get("content-length", "0")
    source = bytearray()
    if not told.isdigit() or int(told) <= MOST_BYTES:
        async for chunk in request.stream():
            source += chunk
            if len(source) > MOST_BYTES:
                break
        else:
            return bytes(source)
    detail = f"The body is larger than {MOST_BYTES} bytes; send one article at a time."
    raise TooLarge(detail, maximum_bytes=MOST_BYTES)


body_of: Any = Depends(_read_body)


def with_id(sheet: Sheet, key: str) -> Sheet:
    """SHEET with the id in the path, KEY, which it may leave out. Raises Invalid if it has another one."""
    if not isinstance(sheet.content, dict):
        return sheet
    if sheet.content.get("id", key) != key:
        message = "is not the id of the path; leave it out, or write to its own path"
        raise Invalid([ParameterError("id", str(sheet.content["id"]), message, [key])])
    return replace(sheet, content={**sheet.content, "id": key})
