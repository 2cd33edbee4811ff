"""The marts are what a query written by hand over the raw files gives, which shares nothing with the project."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.python.conftest import Warehouse
from tests.python.project.manifest import marts
from tests.python.project.raw_zone import create_raw_views

QUERIES = {path.stem: path.read_text() for path in sorted((Path(__file__).parent / "independent/marts").glob("*.sql"))}

# Says what a row was built from: no matter of the query.
TECHNICAL = "delivery_version"


def _differences(connection: duckdb.DuckDBPyConnection, one: str, other: str) -> list[tuple[Any, ...]]:
    """Return some of the rows that one query has and the other has not, or not as often."""
    return connection.execute(f"(from {one}) except all (from {other}) limit 5").fetchall()


def test_every_mart_has_an_independent_query(ci_manifest: dict[str, Any]) -> None:
    assert sorted(QUERIES) == sorted(mart["name"] for mart in marts(ci_manifest) if mart["language"] == "sql")


@pytest.mark.parametrize("name", QUERIES)
def test_mart_equals_the_independent_query(ci_manifest: dict[str, Any], warehouse: Warehouse, name: str) -> None:
    mart = next(mart for mart in marts(ci_manifest) if mart["name"] == name)["relation_name"]
    with warehouse.connect() as connection:
        create_raw_views(connection, warehouse.lake)
        connection.execute(f"create temporary table expected as {QUERIES[name]}")

        columns = [column for column in connection.table(mart).columns if column != TECHNICAL]
        built = f"(select {', '.join(columns)} from {mart})"
        assert columns == connection.table("expected").columns
        assert connection.execute(f"select count(*) > 0 from {mart}").fetchone() == (True,)
        assert _differences(connection, built, "expected") == []
        assert _differences(connection, "expected", built) == []
