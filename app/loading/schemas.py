"""The JSON Schemas of a data set's files, for completion in editors."""

from pathlib import Path
from typing import Any

import orjson

from app.codes import codes
from app.loading.annotated import Actors, Annotation, Article, Dataset, Places

FILES: dict[str, type[Annotation]] = {"dataset": Dataset, "actors": Actors, "places": Places, "article": Article}


def write_schemas(folder: Path) -> list[Path]:
    """Write the JSON Schemas of a data set's files into FOLDER; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name in FILES:
        path = folder / f"{name}.json"
        path.write_bytes(orjson.dumps(schema(name), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
        paths.append(path)
    return paths


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema of a file of the kind NAME."""
    made = FILES[name].model_json_schema(by_alias=True, mode="validation")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_enumerated(made)}


def _enumerated(node: Any) -> Any:
    """NODE with the codes of each list written out."""
    if isinstance(node, dict):
        lists = node.pop("x-code-list", ())
        made = {key: _enumerated(value) for key, value in node.items()}
        return {**made, "enum": [code for name in lists for code in codes(name)]} if lists else made
    return [_enumerated(item) for item in node] if isinstance(node, list) else node
