"""What a build publishes in a lake in a folder: every Python model, once, as declared, in one order."""

from __future__ import annotations

from typing import Any

import duckdb

from tests.python.conftest import Warehouse
from tests.python.project.manifest import predictions


def test_every_python_model_is_published_once_and_nothing_else(
    warehouse: Warehouse, ci_manifest: dict[str, Any]
) -> None:
    files = [str(path.relative_to(warehouse.lake)) for path in (warehouse.lake / "published").rglob("*.*")]
    names = [model["name"] for model in predictions(ci_manifest)]
    assert sorted(files) == sorted(f"published/{name}/{name}.parquet" for name in names)


def test_what_is_published_has_the_declared_types_and_one_order(
    warehouse: Warehouse, ci_manifest: dict[str, Any]
) -> None:
    for model in predictions(ci_manifest):
        file = duckdb.read_parquet(str(warehouse.lake / "published" / model["name"] / "*.parquet"))
        declared = {name: _as_read(column["data_type"]) for name, column in model["columns"].items()}
        assert dict(zip(file.columns, map(str, file.types), strict=True)) == declared, model["name"]
        # The same result is the same file, byte for byte.
        rows, in_order = file.fetchall(), file.order("all").fetchall()
        assert rows == in_order, model["name"]
        assert rows, model["name"]


def _as_read(declared: str) -> str:
    """Return a declared type as DuckDB reads it back from Parquet, which has no lengths."""
    if declared.startswith("varchar"):
        return "VARCHAR"
    return str(duckdb.sqltype(declared))
