"""A small mart in DuckDB, and a lake of its own to publish it to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb
import pytest

from scripts.tables.catalog import OpenTables, open_tables
from scripts.tables.declared import Column, Declared, OpenTable
from scripts.tables.publish import Outcome, publish

SALES = OpenTable(
    name="fct_sales",
    schema="marts",
    relation="fct_sales",
    description="One row is a purchase.",
    columns=(
        Column("sale_id", "integer", "Key of the sale."),
        Column("buyer_id", "integer", identifies_user=True),
        Column("buyer_username", "varchar(8)"),
        Column("sold_at", "timestamp"),
        Column("sold_date", "date"),
        Column("price", "decimal(8,2)"),
    ),
    month_of="sold_date",
    sort=("sold_date",),
)


@dataclass
class Shop:
    """The mart, 300 purchases of three months by ten buyers, and the lake."""

    folder: Path
    warehouse: duckdb.DuckDBPyConnection
    table: OpenTable = SALES
    invocation: str = "run-1"
    lake: Path = field(init=False)

    def __post_init__(self) -> None:
        self.lake = self.folder / "lake"

    def publish(self, table: OpenTable | None = None) -> Outcome:
        """Publish the mart as `tickit publish` does."""
        with self.tables() as tables:
            return self.publish_to(tables, table)

    def publish_to(self, tables: OpenTables, table: OpenTable | None = None) -> Outcome:
        """Publish it by a catalog that is open."""
        chosen = table or self.table
        (outcome,) = publish(tables, [chosen], self.warehouse, Declared((chosen,), {"fct_sales": self.invocation}))
        return outcome

    def tables(self) -> AbstractContextManager[OpenTables]:
        """Open the catalog of the lake."""
        return open_tables()

    def change(self, sql: str) -> None:
        """Let dbt build something else."""
        self.warehouse.execute(sql)

    def mart(self) -> list[tuple]:
        """Return the rows that dbt has built."""
        return self.warehouse.execute("select * from marts.fct_sales order by sale_id").fetchall()

    def published(self) -> list[tuple]:
        """Return what a reader sees now, by pyiceberg."""
        with self.tables() as tables:
            rows = tables.existing("fct_sales").scan().to_arrow()
        with duckdb.connect() as connection:
            return connection.from_arrow(rows).order("sale_id").fetchall()

    def files(self, pattern: str = "**/*.parquet") -> set[str]:
        return {str(path.relative_to(self.lake)) for path in self.lake.glob(pattern)}

    def with_columns(self, *columns: Column) -> OpenTable:
        """Return the table with other columns."""
        return replace(self.table, columns=columns)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    for name in ("TICKIT_TABLES", "TICKIT_GLUE_DATABASE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TICKIT_LAKE", str(tmp_path / "lake"))
    with duckdb.connect() as warehouse:
        warehouse.execute("set TimeZone = 'UTC'; create schema marts")
        warehouse.execute("""
            create table marts.fct_sales as
            select
                n::integer as sale_id,
                (n % 10)::integer as buyer_id,
                'buyer_0' || n % 10 as buyer_username,
                timestamp '2008-01-01 12:00:00' + to_hours(7 * n) as sold_at,
                sold_at::date as sold_date,
                (n * 1.25)::decimal(8, 2) as price
            from (select range::integer as n from range(300))
        """)
        yield Shop(tmp_path, warehouse)


def _meta(column: Column) -> dict[str, str]:
    return {"identifies": "user"} if column.identifies_user else {}


@pytest.fixture
def project(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """The mart in a file, and dbt's manifest of it."""
    file = tmp_path / "shop.duckdb"
    shop.warehouse.execute(f"attach '{file}' as file; create schema file.marts")
    shop.warehouse.execute("create table file.marts.fct_sales as from memory.marts.fct_sales; detach file")
    columns = {
        c.name: {"name": c.name, "data_type": c.data_type, "description": c.description, "config": {"meta": _meta(c)}}
        for c in SALES.columns
    }
    model = {
        "name": "fct_sales",
        "alias": "fct_sales",
        "schema": "marts",
        "resource_type": "model",
        "package_name": "shop",
        "original_file_path": "models/fct_sales.sql",
        "description": SALES.description,
        "config": {"meta": {"publish": "iceberg", "publish_by_month": "sold_date"}},
        "columns": columns,
    }
    target = tmp_path / "target"
    target.mkdir()
    manifest = {"metadata": {"project_name": "shop"}, "nodes": {"model.shop.fct_sales": model}}
    (target / "manifest.json").write_text(json.dumps(manifest))
    monkeypatch.setenv("DBT_TARGET_PATH", str(target))
    monkeypatch.setenv("DBT_TARGET", "dev")
    monkeypatch.setenv("TICKIT_WAREHOUSE", str(file))
    return shop
