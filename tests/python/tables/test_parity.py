"""Every open table equals its mart, value by value; what is published is what the project declares."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scripts.tables import declared
from scripts.tables.catalog import open_tables
from scripts.tables.publish import publish
from tests.python.conftest import Warehouse
from tests.python.project.manifest import marts, predictions

# E-mail addresses are in it.
LEFT_OUT = {"dim_non_buyers"}


@pytest.fixture
def project(ci_manifest: dict[str, Any], ci_env: dict[str, str]) -> declared.Declared:
    """What the parsed project publishes."""
    return declared.read(Path(ci_env["DBT_TARGET_PATH"]))


def test_all_marts_but_those_with_personal_data_are_published(
    project: declared.Declared, ci_manifest: dict[str, Any]
) -> None:
    named = {model["name"] for model in (*marts(ci_manifest), *predictions(ci_manifest))}
    assert {table.name for table in project.tables} == named - LEFT_OUT
    assert {table.name: table.month_of for table in project.tables if table.month_of} == {
        "fct_listings": "listed_date",
        "fct_sales": "sold_date",
    }


def test_every_key_of_a_user_is_marked(project: declared.Declared) -> None:
    for table in project.tables:
        keys = {c.name for c in table.columns if c.name.endswith(("user_id", "buyer_id", "seller_id"))}
        assert set(table.user_columns) == keys, table.name
        # Who is named is found by the key.
        names = {c.name for c in table.columns if c.name.endswith("username")}
        assert len(names) <= len(keys), table.name


def test_every_table_equals_its_mart(
    project: declared.Declared, warehouse: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TICKIT_TABLES", str(tmp_path / "tables"))
    with warehouse.connect() as connection, open_tables() as tables:
        for outcome in publish(tables, project.tables, connection, project):
            assert outcome.is_new
        # Twice is as once.
        again = list(publish(tables, project.tables, connection, project))
        assert [outcome.table for outcome in again if outcome.is_changed] == []
        for table in project.tables:
            published = tables.existing(table.name).scan().to_arrow()
            connection.register("published", published)
            mart = f"{table.schema}.{table.relation}"
            assert published.num_rows == connection.execute(f"select count(*) from {mart}").fetchall()[0][0]
            for these, others in ((mart, "published"), ("published", mart)):
                columns = ", ".join(column.name for column in table.columns)
                differ = f"select {columns} from {these} except all select {columns} from {others} limit 3"
                assert connection.execute(differ).fetchall() == [], table.name
            connection.unregister("published")
