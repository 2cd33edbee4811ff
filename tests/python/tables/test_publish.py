"""Publishing a mart as an Iceberg table: what is written, what is not, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import pyarrow.parquet as pq
import pytest

from scripts.core.errors import TickitError, UsageError
from scripts.tables import versions
from scripts.tables.declared import Column
from tests.python.tables.conftest import SALES, Shop

MONTHS = ("2008-01", "2008-02", "2008-03")


def test_the_table_equals_the_mart(shop: Shop) -> None:
    outcome = shop.publish()
    assert (outcome.is_new, outcome.version, outcome.rows, outcome.written) == (True, 1, 300, MONTHS)
    assert shop.published() == shop.mart()


def test_nothing_new_is_no_new_version(shop: Shop) -> None:
    shop.publish()
    files = shop.files("**/*")
    # The same rows in another order, as of a mart that was built again.
    shop.change("create or replace table marts.fct_sales as from marts.fct_sales order by price desc")
    outcome = shop.publish()
    assert (outcome.is_changed, outcome.version) == (False, 1)
    assert shop.files("**/*") == files


@pytest.mark.parametrize(
    ("change", "written", "removed"),
    [
        ("update marts.fct_sales set price = price + 0.01 where sale_id = 0", ("2008-01",), ()),
        ("insert into marts.fct_sales values (900, 1, 'x', '2008-05-01 00:00', '2008-05-01', 1)", ("2008-05",), ()),
        ("delete from marts.fct_sales where sold_date >= '2008-03-01'", (), ("2008-03",)),
        ("update marts.fct_sales set sold_date = null where sale_id = 0", ("", "2008-01"), ()),
        # Two values change places: sums of columns would be the same.
        (
            "update marts.fct_sales set price = case sale_id when 1 then 2.5 else 1.25 end where sale_id in (1, 2)",
            ("2008-01",),
            (),
        ),
    ],
    ids=["a value", "a new month", "a month is gone", "no month", "exchanged values"],
)
def test_only_changed_months_are_written(
    shop: Shop, change: str, written: tuple[str, ...], removed: tuple[str, ...]
) -> None:
    shop.publish()
    before = shop.files()
    shop.change(change)
    outcome = shop.publish()
    assert (outcome.written, outcome.removed, outcome.version) == (written, removed, 2)
    assert len(shop.files() - before) == len(written)
    assert shop.published() == shop.mart()


def test_a_mart_without_rows_is_a_table_without_rows(shop: Shop) -> None:
    shop.publish()
    shop.change("delete from marts.fct_sales")
    assert shop.publish().removed == MONTHS
    assert shop.published() == []
    whole = replace(SALES, month_of=None, name="fct_whole")
    assert [shop.publish(whole).is_changed for _ in range(2)] == [True, False]


def test_a_publish_is_one_commit_that_names_its_origin(shop: Shop) -> None:
    shop.publish()
    shop.invocation = "run-2"
    shop.change("update marts.fct_sales set price = 1 where sale_id in (0, 299)")
    shop.publish()
    with shop.tables() as tables:
        table = tables.existing("fct_sales")
        first, second = table.snapshots()
        assert second.parent_snapshot_id == first.snapshot_id
        assert len(table.metadata.metadata_log) == 1
        found = versions.versions(tables, "fct_sales")
    assert [(v.version, v.is_current, v.dbt_invocation_id, v.rows, v.files) for v in found] == [
        (2, True, "run-2", 300, 3),
        (1, False, "run-1", 300, 3),
    ]
    assert all(version.git_commit for version in found)


def test_the_table_is_described_divided_and_sorted_as_declared(shop: Shop) -> None:
    shop.publish()
    with shop.tables() as tables:
        table = tables.existing("fct_sales")
        assert table.format_version == 2
        assert table.properties["comment"] == "One row is a purchase."
        assert table.schema().find_field("sale_id").doc == "Key of the sale."
        assert [(field.name, str(field.transform)) for field in table.spec().fields] == [("sold_date_month", "month")]
        assert [table.schema().find_column_name(field.source_id) for field in table.sort_order().fields] == [
            "sold_date"
        ]
        for task in table.scan().plan_files():
            days = pq.read_table(task.file.file_path)["sold_date"].to_pylist()
            assert days == sorted(days)
            assert len({day.month for day in days}) == 1


def _renamed(old: str, new: str) -> tuple[Column, ...]:
    return tuple(replace(c, name=new, renamed_from=old) if c.name == old else c for c in SALES.columns)


def test_a_renamed_column_keeps_its_id_and_nothing_is_written(shop: Shop) -> None:
    shop.publish()
    with shop.tables() as tables:
        number = tables.existing("fct_sales").schema().find_field("price").field_id
    files = shop.files()
    shop.change("alter table marts.fct_sales rename column price to price_paid")
    outcome = shop.publish(shop.with_columns(*_renamed("price", "price_paid")))
    assert (outcome.is_changed, outcome.changed_columns) == (False, True)
    assert shop.files() == files
    with shop.tables() as tables:
        assert tables.existing("fct_sales").schema().find_field("price_paid").field_id == number
    assert shop.published() == shop.mart()


def test_columns_are_added_and_widened_and_described_anew(shop: Shop) -> None:
    shop.publish()
    shop.change("alter table marts.fct_sales alter sale_id type bigint")
    shop.change("alter table marts.fct_sales add column channel varchar default 'web'")
    wider = replace(SALES.columns[0], data_type="bigint", description="Now with more room.")
    outcome = shop.publish(shop.with_columns(wider, *SALES.columns[1:], Column("channel", "varchar(10)")))
    assert outcome.is_changed
    assert shop.published() == shop.mart()
    with shop.tables() as tables:
        field = tables.existing("fct_sales").schema().find_field("sale_id")
    assert (str(field.field_type), field.doc) == ("long", "Now with more room.")


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (SALES.columns[:-1], "fct_sales: the mart has no column price any more"),
        (
            (*SALES.columns[:-1], Column("price", "double precision")),
            "price was published as decimal.8, 2. and is double",
        ),
        (
            (*SALES.columns[:-1], Column("price", "decimal(6,2)")),
            "price was published as decimal.8, 2. and is decimal.6",
        ),
    ],
    ids=["gone", "another type", "narrower"],
)
def test_what_would_take_something_from_readers_is_refused(shop: Shop, columns: tuple[Column, ...], said: str) -> None:
    shop.publish()
    with pytest.raises(TickitError, match=said):
        shop.publish(shop.with_columns(*columns))
    assert shop.published() == shop.mart()


def test_another_division_is_refused(shop: Shop) -> None:
    shop.publish()
    with pytest.raises(TickitError, match="by month of sold_date, and its model says sold_at"):
        shop.publish(replace(SALES, month_of="sold_at"))


def test_a_mart_that_is_not_there_is_named(shop: Shop) -> None:
    with pytest.raises(TickitError, match="fct_sales is not in the warehouse: build it first"):
        shop.publish(replace(SALES, relation="fct_other"))
    with pytest.raises(TickitError, match="fct_sales: the mart in the warehouse is not as its YAML declares it"):
        shop.publish(shop.with_columns(*SALES.columns, Column("channel", "varchar")))


def test_rolling_back_and_forward(shop: Shop) -> None:
    shop.publish()
    first = shop.published()
    shop.change("update marts.fct_sales set price = 0")
    shop.publish()
    second = shop.published()
    with shop.tables() as tables:
        before, after = versions.roll_back(tables, "fct_sales", None)
    assert (before.version, after.version) == (2, 1)
    assert shop.published() == first
    with shop.tables() as tables:
        versions.roll_back(tables, "fct_sales", 2)
    assert shop.published() == second != first
    with shop.tables() as tables:
        versions.roll_back(tables, "fct_sales", 1)
    # The mart is as it was: what is in it comes back.
    assert shop.publish().version == 3
    assert shop.published() == second


def test_a_version_that_is_not_there_is_named(shop: Shop) -> None:
    shop.publish()
    with shop.tables() as tables:
        with pytest.raises(UsageError, match="fct_sales has no version before the current one"):
            versions.roll_back(tables, "fct_sales", None)
        with pytest.raises(UsageError, match="fct_sales has no version 7: there is 1"):
            versions.roll_back(tables, "fct_sales", 7)
        with pytest.raises(UsageError, match="no open table fct_sale in .*Published are: fct_sales"):
            versions.roll_back(tables, "fct_sale", 1)
