"""Imports run one way."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.settings import ROOT

# From low to high. A module may import what stands in lower lines, and what is of its own package.
LAYERS = [
    {
        *("app", "dates", "dialects", "errors", "folding", "memory", "metrics", "nearest", "settings", "tokens"),
        "web_annotation",
    },
    {"codes", "database", "names", "observing", "schema", "standards"},
    {"logs", "models", "terminal"},
    {"bulk", "keys", "reading", "records"},
    {"asking", "documents", "feed", "key_commands"},
    {"formats", "searching"},
    {"answering", "http", "loading"},
    {"dumps", "importing", "migrating", "resources"},
    {"exporting", "main"},
    {"cli"},
    {"__main__"},
]
LEVELS = {name: level for level, names in enumerate(LAYERS) for name in names}
FILES = sorted((ROOT / "app").rglob("*.py"))


def module_of(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {module_of(file) for file in FILES}


def part(module: str) -> str:
    """The module or package of app that MODULE is of: `models` for app.models.events."""
    return [*module.split("."), ""][1] or "app"


def imports(file: Path) -> Iterator[str]:
    """The modules of app that FILE imports, anywhere in it."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == "app")
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            if (node.module or "").split(".")[0] == "app":
                # `from app import errors` is a module, `from app import __version__` a name of the package.
                whole = [f"{node.module}.{alias.name}" for alias in node.names]
                yield from (name if name in MODULES else str(node.module) for name in whole)


def test_every_module_has_a_layer() -> None:
    """The layers name what is there, once each, and nothing that is gone."""
    assert sum(len(names) for names in LAYERS) == len(LEVELS)
    assert {part(module_of(file)) for file in FILES} == set(LEVELS)


@pytest.mark.parametrize("file", FILES, ids=module_of)
def test_a_module_imports_from_below(file: Path) -> None:
    """No module knows of those above it, or beside it in another package."""
    own = part(module_of(file))
    wrong = [name for name in imports(file) if part(name) != own and LEVELS[part(name)] >= LEVELS[own]]
    assert wrong == []


def test_the_parts_of_a_package_do_not_go_round() -> None:
    """Within a package, too, imports have no circle."""
    edges = {module_of(file): {name for name in imports(file) if part(name) != "app"} for file in FILES}
    done: set[str] = set()
    while ready := {name for name in edges if name not in done and not (edges[name] & set(edges)) - done - {name}}:
        done |= ready
    assert set(edges) - done == set()


def test_who_has_sqlite_does_not_pay_for_postgresql() -> None:
    """The server's whole code, and a database that is open, load no driver of the other database."""
    code = (
        "import sys, app.main, app.database as d; d.open_engine('sqlite://').connect(); print('psycopg' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT)
    assert told.stdout.strip() == "False"
