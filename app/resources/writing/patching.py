"""JSON Merge Patches (RFC 7396) of records in the annotated form; names of served records are understood too."""

from typing import Any

from app.errors import Invalid, ParameterError

# Fields of served records that have other names in annotated ones.
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
    """PATCH with the names of annotated records, and with plain texts as English ones. Raises Invalid."""
    named = {_SERVED.get(name, name): value for name, value in patch.items()}
    if len(named) < len(patch):
        twice = next(name for name in _SERVED if name in patch and _SERVED[name] in patch)
        raise Invalid([ParameterError(twice, None, f"says the same as {_SERVED[twice]}; give one of them")])
    return {
        name: {"en": value} if name in _TEXTS and isinstance(value, str) else value for name, value in named.items()
    }
