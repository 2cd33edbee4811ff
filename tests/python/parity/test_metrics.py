"""MetricFlow's SQL for Redshift runs on the rehearsal, and gives what its SQL for DuckDB gives on the same marts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from redshift_rehearsal import Rehearsal

from scripts.core.sql import literal
from scripts.parity.metrics import compare_metrics
from scripts.parity.readers import DuckDB, Redshift
from tests.python.conftest import Warehouse
from tests.python.project.manifest import models

READ = ("fct_sales", "fct_listings", "dim_users", "dim_events", "dim_venues", "time_spine_daily")


@pytest.fixture(scope="module")
def copied(rehearsal: Rehearsal, warehouse: Warehouse, ci_manifest: dict[str, Any]) -> Iterator[Redshift]:
    """Copy the marts that metrics read from the warehouse into the rehearsal, with the types of their contracts."""
    with rehearsal.connect() as connection:
        cursor = connection.cursor()
        for mart in (model for model in models(ci_manifest) if model["name"] in READ):
            name, columns = f"{mart['schema']}.{mart['alias']}", mart["columns"].values()
            cursor.execute(f"create schema if not exists {mart['schema']}")
            declared = ", ".join(f"{column['name']} {column['data_type']}" for column in columns)
            cursor.execute(f"create table {name} ({declared})")
            with warehouse.connect() as duckdb:
                rows = duckdb.execute(f"select {', '.join(mart['columns'])} from {name}").fetchall()
            for begin in range(0, len(rows), 500):
                values = (f"({', '.join(map(_literal, row))})" for row in rows[begin : begin + 500])
                cursor.execute(f"insert into {name} values {', '.join(values)}")
        yield Redshift(connection)


def _literal(value: object) -> str:
    return "null" if value is None else literal(value)


@pytest.fixture(scope="module")
def manifests(ci_env: dict[str, str], ci_manifest: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> tuple:
    """Return the semantic manifests of both sides; they differ in the name of the database alone."""
    ours = Path(ci_env["DBT_TARGET_PATH"], "semantic_manifest.json")
    theirs = tmp_path_factory.mktemp("redshift") / "semantic_manifest.json"
    database = models(ci_manifest)[0]["database"]
    text = ours.read_text(encoding="utf-8")
    theirs.write_text(text.replace(f'"{database}"', '"tickit"').replace(f'\\"{database}\\"', '\\"tickit\\"'))
    return ours, theirs


def test_both_engines_give_the_same_answers(copied: Redshift, warehouse: Warehouse, manifests: tuple) -> None:
    duckdb = DuckDB(warehouse.path)
    try:
        outcomes = compare_metrics(duckdb, manifests[0], copied, manifests[1], "rehearsal")
        assert {each.relation.model: each.differences for each in outcomes if each.differences} == {}
        assert len(outcomes) > 10
        assert all(each.rows for each in outcomes)

        # What differs is named.
        copied.connection.cursor().execute(
            "update tickit_sales.fct_sales set price_paid = price_paid + 0.01 "
            "where sale_id = (select min(sale_id) from tickit_sales.fct_sales)"
        )
        outcomes = compare_metrics(duckdb, manifests[0], copied, manifests[1], "rehearsal")
        found = {each.relation.model: each.differences for each in outcomes}
        assert any(said.startswith("revenue: ") for said in found["metrics: all metrics by month"])
        assert found["metrics: monthly_buyers"] == []
    finally:
        duckdb.connection.close()
