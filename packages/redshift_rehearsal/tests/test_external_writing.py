"""CREATE EXTERNAL TABLE AS (r_CREATE_EXTERNAL_TABLE_usage.html), and UNLOAD by partitions and in columns."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import count
from pathlib import Path

import duckdb
import pytest

from redshift_rehearsal import Rehearsal

_number = count()
ROWS = [
    (1, "x", Decimal("1.50"), date(2008, 1, 1), True, datetime(2008, 1, 1, 10)),
    (2, "", None, date(2008, 1, 2), False, None),
    (3, None, Decimal("2.00"), None, None, None),
]


@pytest.fixture(scope="module")
def source(rehearsal: Rehearsal) -> Iterator[str]:
    """Make a table with rows of each kind, and a schema for the external ones."""
    rehearsal.run("create external schema if not exists written from data catalog database 'glue' iam_role default")
    rehearsal.run(
        "create table written_source "
        "(id int, name varchar(5), price decimal(8, 2), day date, sold boolean, at timestamp)"
    )
    rehearsal.run(
        "insert into written_source values (1, 'x', 1.5, '2008-01-01', true, '2008-01-01 10:00:00'), "
        "(2, '', null, '2008-01-02', false, null), (3, null, 2, null, null, null)"
    )
    yield "written_source"
    rehearsal.run("drop table written_source")


@pytest.fixture
def target(rehearsal: Rehearsal, source: str) -> Iterator[tuple[str, Path, str]]:
    """Give the name of an external table to be, the folder of its files and their address."""
    name = f"table_{next(_number)}"
    folder = rehearsal.settings.folders["s3://rehearsal/lake"] / f"written_{name}"
    yield f"written.{name}", folder, f"s3://rehearsal/lake/written_{name}/"
    rehearsal.run(f"drop table if exists written.{name}")


@pytest.mark.parametrize(
    "form",
    [
        "stored as parquet",
        "stored as textfile",
        "row format delimited fields terminated by ',' lines terminated by '\\007' stored as textfile",
    ],
)
def test_a_query_becomes_a_table(rehearsal: Rehearsal, target: tuple[str, Path, str], form: str) -> None:
    name, folder, address = target
    rehearsal.run(f"create external table {name} {form} location '{address}' as (select * from written_source)")
    assert sorted(map(tuple, rehearsal.run(f"select * from {name}"))) == ROWS
    assert len(list(folder.rglob("*"))) == 1


@pytest.mark.parametrize("form", ["parquet", "textfile"])
def test_partitions_are_folders_and_are_registered(
    rehearsal: Rehearsal, target: tuple[str, Path, str], form: str
) -> None:
    name, folder, address = target
    rehearsal.run(
        f"create external table {name} partitioned by (day) stored as {form} location '{address}' "
        "as select day, id, name from written_source"
    )
    assert sorted(place.name for place in folder.iterdir()) == [
        "day=2008-01-01",
        "day=2008-01-02",
        "day=__HIVE_DEFAULT_PARTITION__",
    ]
    rows = rehearsal.run(f'select id, name, day, "$path" from {name} order by id')
    assert [tuple(row[:3]) for row in rows] == [(row[0], row[1], row[3]) for row in ROWS]
    assert rows[0][3].startswith(f"{address}day=2008-01-01/")


def test_no_row_is_a_table_too(rehearsal: Rehearsal, target: tuple[str, Path, str]) -> None:
    name, _, address = target
    rehearsal.run(
        f"create external table {name} stored as parquet location '{address}' "
        "as select id from written_source where id > 9"
    )
    assert rehearsal.run(f"select count(*) from {name}") == [(0,)]


@pytest.mark.parametrize(
    ("clauses", "query", "message"),
    [
        ("", "select id from written_source", "needs STORED AS"),
        ("stored as orc", "select id from written_source", "STORED AS ORC"),
        ("stored as parquet partitioned by (week)", "select id from written_source", '"week" is not a column'),
        ("stored as parquet partitioned by (id)", "select id from written_source", "at least one column"),
        ("stored as parquet", "select getdate()::timestamptz as at from written_source", "has no type timestamp with"),
        ("stored as parquet", "select id from no_such_table", 'relation "no_such_table" does not exist'),
        ("stored as parquet", "select distinct on (id) id from written_source", "DISTINCT ON"),
    ],
)
def test_what_becomes_no_table_leaves_no_file(
    rehearsal: Rehearsal, target: tuple[str, Path, str], clauses: str, query: str, message: str
) -> None:
    name, folder, address = target
    assert message in rehearsal.error(f"create external table {name} {clauses} location '{address}' as {query}")
    assert not folder.exists()


def test_the_location_has_to_be_empty_and_the_table_new(rehearsal: Rehearsal, target: tuple[str, Path, str]) -> None:
    name, folder, address = target
    create = f"create external table {name} stored as parquet location '{{}}' as select id from written_source"
    rehearsal.run(create.format(address))
    assert "must be empty" in rehearsal.error(create.format(address))
    assert "already exists" in rehearsal.error(create.format(f"{address}other/"))
    assert not list((folder / "other").glob("*"))


def test_a_transaction_and_foreign_rows_are_out_of_reach(rehearsal: Rehearsal, target: tuple[str, Path, str]) -> None:
    name, folder, address = target
    create = f"create external table {name} stored as parquet location '{address}' as select id from written_source"
    assert "permission denied" in rehearsal.error(create, user="reader")
    with rehearsal.connect(autocommit=False) as connection, connection.cursor() as cursor:
        cursor.execute("select 1")
        with pytest.raises(Exception, match="cannot run inside a transaction block"):
            cursor.execute(create)
    assert not folder.exists()


def test_unload_by_partitions(rehearsal: Rehearsal, target: tuple[str, Path, str]) -> None:
    _, folder, address = target
    unload = "unload ('select id, day from written_source') to '{}' iam_role default format parquet partition by (day)"
    rehearsal.run(unload.format(f"{address}without/"))
    rehearsal.run(unload.format(f"{address}with/") + " include")
    file = "day=2008-01-01/0000_part_00.parquet"
    assert duckdb.read_parquet(str(folder / "without" / file), hive_partitioning=False).fetchall() == [(1,)]
    with_day = duckdb.read_parquet(str(folder / "with" / file), hive_partitioning=False)
    assert with_day.fetchall() == [(1, date(2008, 1, 1))]
    assert len(list(folder.rglob("*.parquet"))) == 6


def test_unload_in_fixed_widths(rehearsal: Rehearsal, target: tuple[str, Path, str]) -> None:
    _, folder, address = target
    unload = "unload ('select id, name from written_source order by id') to '{}{}' iam_role default fixedwidth '{}'"
    rehearsal.run(unload.format(address, "a_", "id:3,name:2"))
    assert (folder / "a_0000_part_00").read_text() == "1  x \n2    \n3    \n"
    assert "does not give each column" in rehearsal.error(unload.format(address, "b_", "id:3"))
    assert "longer than its column" in rehearsal.error(unload.format(address, "b_", "id:0,name:2"))
    assert not (folder / "b_0000_part_00").exists()
