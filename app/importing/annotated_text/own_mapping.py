"""The mapping file of our own exports, by which the import reads whole records back.

It has the actors and places that the records name, for a database without them.
"""

from collections.abc import Collection, Iterator
from typing import Any

import orjson
from sqlalchemy import Connection

from app.loading.edits import recalling

STATEMENT = "Statement"
EVIDENCE = "Evidence"


def own_mapping(db: Connection, form: str, types: Collection[str], names: Collection[tuple[str, str]]) -> str:
    """The mapping for what was exported in FORM: events of TYPES, and records that name those of DB with NAMES."""
    labels = "".join(f"  {name}: {{as: event, type: {name}}}\n" for name in sorted(types))
    return (
        f"# Reads these files back: dragoman import {form} FOLDER --mapping FOLDER/mapping.yaml --dataset ID\n"
        f"records: true\nlabels:\n{labels}  {STATEMENT}: {{as: quotation}}\n  {EVIDENCE}: {{as: ignore}}\n"
        f"links:\n  {EVIDENCE}: {{as: evidence}}\n"
    ) + "".join(_named(db, names))


def _named(db: Connection, names: Collection[tuple[str, str]]) -> Iterator[str]:
    """The actors and places of DB that have NAMES, and those that these name, for the mapping file."""
    for kind, recall in (("actor", recalling.actors), ("place", recalling.places)):
        listed: dict[str, Any] = {}
        more = {key for named, key in names if named == kind}
        while more:
            listed |= (found := recall(db, more))
            more = {key for one in found.values() for key in _naming(one)} - set(listed)
        yield f"{kind}s:\n" if listed else ""
        for _key, one in sorted(listed.items()):
            content = one.model_dump(mode="json", by_alias=True, exclude_defaults=True)
            yield f"  - {orjson.dumps(content).decode()}\n"


def _naming(one: Any) -> Iterator[str]:
    """The actors or places that ONE belongs to."""
    yield from filter(None, (one.parent, *(role.organisation for role in getattr(one, "roles", ()))))
