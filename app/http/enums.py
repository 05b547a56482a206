"""Names for the enums of parameters, such as `EventSort` and `Interval`, shared by several paths.

Without names, a client generator makes another type for each parameter of each path.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]


def share_enums(paths: dict[str, Any]) -> dict[str, Schema]:
    """The enums of the parameters of PATHS, by name; the parameters now refer to them."""
    found: defaultdict[str, defaultdict[tuple[str, ...], list[tuple[str, Schema]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for path, name, schema in _enums(paths):
        found[name.partition("__")[0]][tuple(schema["enum"])].append((path, schema))
    shared: dict[str, Schema] = {}
    for base, by_values in found.items():
        for values, used in by_values.items():
            name = _camel(base) if len(by_values) == 1 else _kind(used[0][0]) + _camel(base)
            if name in shared:
                continue
            shared[name] = {"type": "string", "enum": list(values), "title": name}
            for _, schema in used:
                del schema["type"], schema["enum"]
                schema["$ref"] = f"#/components/schemas/{name}"
    return shared


def _enums(paths: dict[str, Any]) -> Iterator[tuple[str, str, Schema]]:
    """Every inline enum of a parameter, with the path and the parameter's name."""
    for path, operations in paths.items():
        for operation in operations.values():
            for one in operation.get("parameters", ()):
                schema = one["schema"].get("items", one["schema"])
                if "enum" in schema:
                    yield path, one["name"], schema


def _kind(path: str) -> str:
    """What PATH is about: `Event`, or `EventDetails` for the path of one."""
    kind = _camel(path.split("/")[2].partition(".")[0].removesuffix("s"))
    return f"{kind}Details" if path.endswith("}") else kind


def _camel(name: str) -> str:
    return "".join(part.title() for part in name.split("_"))
