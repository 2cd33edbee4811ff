"""The same rows before, during and after a publish, whoever reads: pyiceberg, DuckDB, the stand-in for Redshift."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from pyiceberg.table import Table
from redshift_rehearsal import Rehearsal

from scripts.rehearsal.setting_up import LAKE_URL
from scripts.tables.reading import loading, views
from tests.python.tables.conftest import SALES, Shop

ORDERED = "select * from fct_sales order by sale_id"


def _by_duckdb(shop: Shop) -> list[tuple]:
    with duckdb.connect() as connection, shop.tables() as tables:
        connection.execute(loading() + views(tables))
        return connection.execute(ORDERED).fetchall()


def _by_redshift(shop: Shop, rehearsal: Rehearsal, folder: Path) -> list[tuple]:
    """Register the files of the current snapshot, as Glue and Iceberg's metadata name them, as an external table.

    The stand-in does not read Iceberg's metadata: which files are the table is pyiceberg's answer.
    """
    with shop.tables() as tables:
        table = tables.existing("fct_sales")
        files = [Path(task.file.file_path) for task in table.scan().plan_files()]
        snapshot = table.current_snapshot().snapshot_id
    shutil.rmtree(folder / "open", ignore_errors=True)
    (folder / "open").mkdir()
    for file in files:
        os.link(file, folder / "open" / file.name)
    columns = ", ".join(f"{column.name} {column.data_type}" for column in SALES.columns)
    rehearsal.run(
        "create external schema if not exists open_tables from data catalog database 'shop_tables' iam_role default"
    )
    name = f"open_tables.fct_sales_{snapshot}"
    rehearsal.run(f"create external table {name} ({columns}) stored as parquet location '{LAKE_URL}/open'")
    found = rehearsal.run(f"select * from {name} order by sale_id")
    rehearsal.run(f"drop table {name}")
    return [tuple(row) for row in found]


def _around_a_publish(shop: Shop, read: Callable[[], list[tuple]], monkeypatch: pytest.MonkeyPatch) -> None:
    shop.publish()
    before = shop.mart()
    assert read() == before
    shop.change("update marts.fct_sales set price = price + 1 where sold_date >= '2008-02-01'")
    commit, during = Table._do_commit, []

    def looked_at(self: Table, *arguments: object, **options: object) -> None:
        # All files are written.
        assert len(shop.files()) == 3 + 2
        during.append(read())
        commit(self, *arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(Table, "_do_commit", looked_at)
        shop.publish()
    assert during == [before]
    assert read() == shop.mart() != before


@pytest.mark.parametrize("reader", [Shop.published, _by_duckdb], ids=["pyiceberg", "DuckDB"])
def test_a_reader_sees_the_last_state_or_the_next(
    shop: Shop, reader: Callable[[Shop], list[tuple]], monkeypatch: pytest.MonkeyPatch
) -> None:
    _around_a_publish(shop, lambda: reader(shop), monkeypatch)


def test_redshift_sees_the_last_state_or_the_next(
    shop: Shop, rehearsal: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = rehearsal.settings.folders[LAKE_URL]
    _around_a_publish(shop, lambda: _by_redshift(shop, rehearsal, folder), monkeypatch)


def test_an_open_reader_goes_on_with_what_it_began(shop: Shop) -> None:
    shop.publish()
    before = shop.mart()
    with duckdb.connect() as connection, shop.tables() as tables:
        connection.execute(loading() + views(tables))
        shop.change("delete from marts.fct_sales where sale_id > 100")
        shop.publish()
        assert connection.execute(ORDERED).fetchall() == before


def test_duckdb_travels_in_time(shop: Shop) -> None:
    shop.publish()
    before = shop.mart()
    shop.change("update marts.fct_sales set price = 0")
    shop.publish()
    with duckdb.connect() as connection, shop.tables() as tables:
        table = tables.existing("fct_sales")
        connection.execute(loading())
        first = table.snapshots()[0].snapshot_id
        old = f"from iceberg_scan('{table.metadata_location}', snapshot_from_id={first}::ubigint) order by sale_id"
        assert connection.execute(old).fetchall() == before
