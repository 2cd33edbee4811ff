"""The metrics of the parsed project, and marts by their bare names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from scripts.metrics.semantics import Question, Semantics
from tests.python.conftest import Warehouse

Ask = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture(scope="session")
def semantics(ci_manifest: dict[str, Any], ci_env: dict[str, str]) -> Semantics:
    """Read what dbt wrote of the semantic models when it parsed the project."""
    return Semantics(Path(ci_env["DBT_TARGET_PATH"], "semantic_manifest.json"))


@pytest.fixture(scope="module")
def marts(warehouse: Warehouse) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse, in which the marts have no schema before their names."""
    with warehouse.connect() as connection:
        connection.execute("set search_path = 'tickit_sales,tickit_core'")
        yield connection


@pytest.fixture(scope="module")
def ask(semantics: Semantics, marts: duckdb.DuckDBPyConnection) -> Ask:
    """Ask for metrics, as a person does; return the rows."""

    def rows(*metrics: str, **more: Any) -> list[tuple[Any, ...]]:
        return marts.execute(semantics.query(Question(metrics, **more)).sql).fetchall()

    return rows
