"""A JSON Merge Patch (RFC 7396) of a record in the annotated form, in the names of served records, too."""

from typing import Any

from app.errors import Invalid, ParameterError

# Names of served records that annotated ones spell otherwise.
_SERVED = {"labels": "label", "gists": "gist", "titles": "title", "name": "names"}
_TEXTS = ("label", "gist", "title", "names")


def merged(target: Any, patch: Any) -> Any:
    """TARGET after the JSON Merge Patch PATCH (RFC 7396)."""
    if not isinstance(patch, dict):
        return patch
    made = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            made.pop(name, None)
        else:
            made[name] = merged(made.get(name), value)
    return made


def in_our_words(patch: dict[str, Any]) -> dict[str, Any]:
    """PATCH with the names of annotated records, and plain text for what it means, English."""
    named = {_SERVED.get(name, name): value for name, value in patch.items()}
    if len(named) < len(patch):
        twice = next(name for name in _SERVED if name in patch and _SERVED[name] in patch)
        raise Invalid([ParameterError(twice, None, f"says the same as {_SERVED[twice]}; give one of them")])
    return {
        name: {"en": value} if name in _TEXTS and isinstance(value, str) else value for name, value in named.items()
    }
