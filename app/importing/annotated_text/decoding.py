"""Decoding bytes as text, and text as JSON values, whatever the file looks like."""

import codecs
import json
import re
from collections.abc import Iterator
from json import JSONDecodeError
from typing import Any

from app.importing.annotated_text.shape import Unreadable
from app.importing.lines import wide_encoding
from app.importing.records import Skipped

MOST_BYTES = 256 * 1024 * 1024
MOST_SHOWN = 2_000
# What bytes that are not UTF-8 are decoded to.
_FOREIGN = re.compile("[\udc80-\udcff]")


def decoded(data: bytes) -> str:
    """DATA as text: UTF-8, unless its beginning tells another encoding. Raises Unreadable."""
    if len(data) > MOST_BYTES:
        raise Unreadable(f"the file has {len(data):,} bytes; more than {MOST_BYTES:,} are not read in one piece")
    try:
        return data.decode(encoding := _encoding(data))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        why = f"is not {encoding.upper()}: byte {error.start} is {data[error.start : error.start + 1].hex()}"
        why += (
            "; write it as UTF-8 first, from what it is: iconv -f WINDOWS-1252 -t UTF-8" if encoding == "utf-8" else ""
        )
        raise Unreadable(why, line) from None


def objects(data: bytes) -> Iterator[tuple[int, Any] | Skipped]:
    """The JSON objects in DATA, each with its line. One with bytes of another encoding does not lose the others.

    Raises Unreadable.
    """
    encoding = _encoding(data)
    if encoding.startswith("utf-8") and len(data) <= MOST_BYTES:
        return values(data.decode(encoding, "surrogateescape"))
    return values(decoded(data))


def _encoding(data: bytes) -> str:
    return wide_encoding(data[:4]) or ("utf-8-sig" if data.startswith(codecs.BOM_UTF8) else "utf-8")


def values(text: str) -> Iterator[tuple[int, Any] | Skipped]:
    """The JSON objects in TEXT, each with its line: in a list, one on each line, or one after another over many lines.

    What cannot be read is skipped, up to the next line that begins an object.
    """
    decoder, at, line, seen = json.JSONDecoder(), 0, 1, 0
    inside = text.lstrip().startswith("[")
    while (at := _next(text, at, inside)) < len(text):
        line, seen = line + text.count("\n", seen, at), at
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            why, at = _told(error), _resumed(text, at)
            yield Skipped(line, why, text[seen:at].strip()[:MOST_SHOWN])
            continue
        if foreign := _FOREIGN.search(text, seen, at):
            shown = text[seen:at].encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
            yield Skipped(line, f"is not UTF-8: a byte is {ord(foreign[0]) & 0xFF:x}", shown[:MOST_SHOWN])
        elif isinstance(value, dict):
            yield line, value
        else:
            yield Skipped(line, "is not a JSON object", text[seen:at][:MOST_SHOWN])


def value_of(text: str) -> Any:
    """The one JSON value that TEXT is. Raises Unreadable."""
    try:
        return json.loads(text)
    except JSONDecodeError as error:
        raise Unreadable(_told(error), error.lineno) from None
    except (ValueError, RecursionError) as error:
        raise Unreadable(_told(error)) from None


def _told(error: ValueError | RecursionError) -> str:
    if isinstance(error, JSONDecodeError):
        return f"is not JSON: {error.msg} (line {error.lineno}, column {error.colno})"
    why = "nested too deeply" if isinstance(error, RecursionError) else "a number has too many digits"
    return f"is not JSON that can be read: {why}"


def _next(text: str, at: int, inside: bool) -> int:
    """Where the next value begins; INSIDE a list, its brackets and commas are passed over."""
    between = " \t\r\n,[]" if inside else " \t\r\n"
    while at < len(text) and text[at] in between:
        at += 1
    return at


def _resumed(text: str, at: int) -> int:
    """The next line after AT that begins with an object, or the end of TEXT."""
    found = text.find("\n{", at)
    return len(text) if found < 0 else found + 1
