"""A header of a request, as a layer of the application sees it."""

from starlette.types import Scope


def header_of(scope: Scope, name: bytes) -> str:
    """The header NAME of SCOPE, those of several joined; empty if there is none."""
    return b",".join(value for one, value in scope["headers"] if one == name).decode("latin-1")
