"""The SQL that compares two tables counts what was done to them, and shows keys alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import duckdb
import pytest

from scripts.review import values

COLUMNS = {"sale_id": "INTEGER", "price": "DECIMAL(8,2)", "email": "VARCHAR", "share": "DOUBLE"}
PAIR = values.Pair(
    "sales", "before.main.sales", "after.main.sales", COLUMNS, COLUMNS, ("sale_id",), frozenset({"email"})
)


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as made:
        for side in ("before", "after"):
            made.execute(f"attach ':memory:' as {side}")
            made.execute(
                f"create table {side}.main.sales as select i::integer as sale_id, (i * 1.5)::decimal(8,2) as price,"
                " if(i = 9, null, 'a' || i) as email, i / 4 as share from range(10) as r(i)"
            )
        yield made


def _difference(connection: duckdb.DuckDBPyConnection, pair: values.Pair = PAIR) -> values.Difference:
    found = values.read_counts(pair, connection.sql(values.counting(pair)).fetchall())
    values.read_differences(pair, connection.sql(values.differing(pair)).fetchone(), found)
    return found


def test_equal_tables_do_not_differ(connection: duckdb.DuckDBPyConnection) -> None:
    found = _difference(connection)
    assert (found.differs, found.rows_before, found.columns) == (False, 10, {})
    assert found.sums == {"price": ("67.50", "67.50"), "share": ("11.25", "11.25")}


def test_rows_are_counted_by_what_was_done_to_them(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("delete from after.main.sales where sale_id < 2")
    connection.execute("insert into after.main.sales values (20, 1, null, 0), (21, 1, null, 0), (22, 1, null, 0)")
    connection.execute("update after.main.sales set price = price + 1, email = null where sale_id = 5")
    connection.execute("update after.main.sales set email = 'x' where sale_id = 9")
    found = _difference(connection)
    assert (found.rows_before, found.rows_after) == (10, 11)
    assert (found.added, found.removed, found.changed) == (3, 2, 2)
    assert found.columns == {"price": 1, "email": 2}
    assert found.sums["price"] == ("67.50", "70.00")
    keys = {
        kind: list(values.key_texts(connection.sql(values.examples(PAIR, kind)).fetchall()))
        for kind in ("added", "removed", "changed")
    }
    assert keys == {"added": ["20", "21", "22"], "removed": ["0", "1"], "changed": ["5", "9"]}


def test_no_more_than_five_keys_are_shown(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("update after.main.sales set price = 0")
    assert len(connection.sql(values.examples(PAIR, "changed")).fetchall()) == values.EXAMPLES


def test_without_a_key_whole_rows_are_compared(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("update after.main.sales set price = 100 where sale_id in (3, 4)")
    found = _difference(connection, replace(PAIR, key=()))
    assert (found.added, found.removed, found.changed) == (2, 2, 0)


def test_a_key_that_repeats_is_counted(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("insert into after.main.sales values (1, 1, null, 0)")
    assert values.read_counts(PAIR, connection.sql(values.counting(PAIR)).fetchall()).repeated == 2


def test_a_column_of_another_type_is_compared_as_text(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("alter table after.main.sales alter column email set data type boolean using false")
    found = _difference(connection, replace(PAIR, columns_after={**COLUMNS, "email": "BOOLEAN"}))
    assert found.columns == {"email": 10}


def test_numbers_of_another_type_are_compared_as_numbers(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("alter table after.main.sales alter column price set data type double")
    assert not _difference(connection, replace(PAIR, columns_after={**COLUMNS, "price": "DOUBLE"})).differs


def test_keys_that_may_be_personal_are_not_shown_and_no_sum_is_of_them() -> None:
    assert values.shows_keys(PAIR)
    assert not values.shows_keys(replace(PAIR, key=("email",)))
    assert replace(PAIR, personal=frozenset({"price"})).numbers == ["share"]
