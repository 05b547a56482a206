"""Datasette as an application: what `datasette serve` makes, without its log of every request."""

import os
from typing import Any

from datasette.app import Datasette

from benchmarks.targets.datasette import QUERIES

LIMITS = {"sql_time_limit_ms": 60_000, "max_csv_mb": 0}


def create_app() -> Any:
    """Datasette on the SQLite file that the environment names."""
    file = os.environ["BENCHMARK_DATABASE_URL"].removeprefix("sqlite:///")
    name = os.path.basename(file).removesuffix(".db")  # noqa: PTH119 - Datasette's own way of naming
    queries = {key: {"sql": query} for key, query in QUERIES.items()}
    return Datasette([file], metadata={"databases": {name: {"queries": queries}}}, settings=LIMITS).app()
