"""Atom (RFC 4287): one entry for each record, with absolute links."""

from collections.abc import Iterator
from io import StringIO
from typing import Any
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

import orjson

from app.dates import instant
from app.formats.result import Format, Result

NAMESPACE = "http://www.w3.org/2005/Atom"
# Characters that XML cannot hold, not even escaped.
_UNWRITABLE = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF), "\ufffd")


def write(result: Result) -> Iterator[bytes]:
    made = _Xml()
    made.xml.startDocument()
    made.start("feed", xmlns=NAMESPACE)
    _head(made, result)
    yield made.taken()
    for batch in result.batches:
        for line in batch.filled().split(b"\n"):
            _entry(made, orjson.loads(line), result)
        yield made.taken()
    made.xml.endElement("feed")
    yield made.taken() + b"\n"


class _Xml:
    """XML that is taken away as it is written."""

    def __init__(self) -> None:
        self._text = StringIO()
        self.xml = XMLGenerator(self._text, "utf-8", short_empty_elements=True)

    def start(self, name: str, **attributes: str) -> None:
        self.xml.startElement(name, AttributesImpl(attributes))

    def element(self, name: str, text: str = "", **attributes: str) -> None:
        self.start(name, **attributes)
        self.xml.characters(text.translate(_UNWRITABLE))
        self.xml.endElement(name)

    def taken(self) -> bytes:
        taken = self._text.getvalue().encode()
        self._text.seek(0)
        self._text.truncate()
        return taken


def _head(made: _Xml, result: Result) -> None:
    kinds = f"{result.kind}s"
    made.element("id", f"{result.base_url}/v1/{kinds}.atom")
    made.element("title", f"Dragoman: {kinds}")
    made.element("updated", instant(result.changed_at))
    made.element("link", rel="self", type="application/atom+xml", href=result.address)
    made.element("link", rel="alternate", type="application/json", href=f"{result.base_url}/v1/{kinds}")
    made.element("generator", "Dragoman", uri=result.base_url)
    made.start("author")
    made.element("name", "Dragoman")
    made.xml.endElement("author")
    rights = [result.meta[name] for name in ("license", "citation") if result.meta[name]]
    if rights:
        made.element("rights", ". ".join(rights))


def _entry(made: _Xml, record: dict[str, Any], result: Result) -> None:
    address = result.base_url + record["url"]
    title, summary, term = _TOLD[result.kind](record)
    made.start("entry")
    made.element("id", address)
    made.element("title", title)
    made.element("updated", record["updated_at"])
    made.element("published", record["created_at"])
    made.element("link", rel="alternate", type="application/json", href=address)
    made.element("category", term=term)
    if summary:
        made.element("summary", summary)
    made.xml.endElement("entry")


def _event(event: dict[str, Any]) -> tuple[str, str | None, str]:
    return event["label"], event["summary"], event["type"]


def _statement(statement: dict[str, Any]) -> tuple[str, str | None, str]:
    speaker, quote = statement["speaker"], statement["quote"]
    title = f"{speaker['name']}: {statement['gist']}" if speaker else statement["gist"]
    return title, quote and quote["text"], statement["act"]


_TOLD = {"event": _event, "statement": _statement}

FORMAT = Format(
    ending="atom", name="Atom", media_type="application/atom+xml", kinds=tuple(_TOLD), write=write, inline=True
)
