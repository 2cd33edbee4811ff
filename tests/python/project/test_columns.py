"""The columns that are documented are the columns that are built."""

from __future__ import annotations

import re
from typing import Any

from tests.python.conftest import Warehouse
from tests.python.project.manifest import marts, nodes


def _built(warehouse: Warehouse) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """Return name and type of the columns of all relations, in their order."""
    with warehouse.connect() as connection:
        rows = connection.execute(
            "select schema_name, table_name, column_name, lower(data_type) from duckdb_columns() order by column_index"
        ).fetchall()
    relations: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for schema, table, column, data_type in rows:
        relations.setdefault((schema, table), []).append((column, data_type))
    return relations


def _on_duckdb(data_type: str) -> str:
    """Return a type of a contract as DuckDB shows it: without the length of a varchar, which it does not have."""
    return re.sub(r"varchar\(\d+\)", "varchar", data_type.replace(" ", ""))


def test_documented_columns_are_the_built_ones(ci_manifest: dict[str, Any], warehouse: Warehouse) -> None:
    built = _built(warehouse)
    differing = {}
    for node in nodes(ci_manifest, "model", "seed", "snapshot"):
        names = [name for name, _ in built[node["schema"], node["alias"]]]
        if names != list(node["columns"]):
            differing[node["name"]] = {"built": names, "documented": list(node["columns"])}
    assert differing == {}


def test_marts_have_the_types_of_their_contract(ci_manifest: dict[str, Any], warehouse: Warehouse) -> None:
    built = _built(warehouse)
    differing = [
        f"{mart['name']}.{name}: {data_type}, by contract {mart['columns'][name]['data_type']}"
        for mart in marts(ci_manifest)
        for name, data_type in built[mart["schema"], mart["alias"]]
        if data_type.replace(" ", "") != _on_duckdb(mart["columns"][name]["data_type"])
    ]
    assert differing == []
