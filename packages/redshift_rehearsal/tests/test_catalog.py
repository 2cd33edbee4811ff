"""The catalog and SHOW commands: what dbt-redshift asks is answered as Redshift answers it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from importlib.resources import files

import psycopg2
import pytest

from redshift_rehearsal import Rehearsal

CATALOG = (files("redshift_rehearsal") / "sql" / "catalog.sql").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def schema(rehearsal: Rehearsal) -> Iterator[str]:
    """Make a schema with a table, a bound view and a late-binding view."""
    rehearsal.run("create schema catalog_of_views")
    rehearsal.run(
        "create table catalog_of_views.a_table (id integer not null, price decimal(8,2), name varchar(30)) "
        "diststyle key distkey (id) compound sortkey (id, name)"
    )
    rehearsal.run("comment on column catalog_of_views.a_table.id is 'the key'")
    rehearsal.run("create view catalog_of_views.bound as select id, name from catalog_of_views.a_table")
    rehearsal.run(
        "create view catalog_of_views.late as (select price, name from catalog_of_views.a_table) with no schema binding"
    )
    yield "catalog_of_views"
    rehearsal.run("drop schema catalog_of_views cascade")


LATE = """
select view_name, col_name, col_type, col_num
from pg_get_late_binding_view_cols()
    cols(view_schema name, view_name name, col_name name, col_type varchar, col_num int)
where view_schema = 'catalog_of_views' order by col_num
"""


def test_late_binding_views_have_columns_in_their_own_function_only(rehearsal: Rehearsal, schema: str) -> None:
    assert rehearsal.run(LATE) == [("late", "price", "numeric(8,2)", 1), ("late", "name", "character varying(30)", 2)]
    columns = "select distinct table_name from {} where table_schema = 'catalog_of_views' order by 1"
    assert rehearsal.run(columns.format("information_schema.columns")) == [("a_table",), ("bound",)]
    assert rehearsal.run(columns.format("svv_columns")) == [("a_table",), ("bound",)]
    attributes = (
        "select count(*) from pg_catalog.pg_attribute as a inner join pg_catalog.pg_class as c on a.attrelid = c.oid "
        "inner join pg_catalog.pg_namespace as n on n.oid = c.relnamespace "
        "where n.nspname = 'catalog_of_views' and c.relname = '{}' and a.attnum > 0"
    )
    assert rehearsal.run(attributes.format("late")) == [(0,)]
    assert rehearsal.run(attributes.format("bound")) == [(2,)]


def test_show_tables(rehearsal: Rehearsal, schema: str) -> None:
    with rehearsal.connect() as connection, connection.cursor() as cursor:
        cursor.execute('SHOW TABLES FROM SCHEMA "shop"."catalog_of_views"')
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    told = {row["table_name"]: (row["table_type"], row["table_subtype"], row["owner"]) for row in rows}
    assert told == {
        "a_table": ("TABLE", "REGULAR TABLE", "dbt"),
        "bound": ("VIEW", "REGULAR VIEW", "dbt"),
        "late": ("VIEW", "LATE BINDING VIEW", "dbt"),
    }


def test_show_columns(rehearsal: Rehearsal, schema: str) -> None:
    with rehearsal.connect() as connection, connection.cursor() as cursor:
        cursor.execute('show columns from table "shop"."catalog_of_views"."a_table";')
        names = [column[0] for column in cursor.description]
        price = dict(zip(names, cursor.fetchall()[1], strict=True))
    assert (price["column_name"], price["data_type"], price["numeric_precision"], price["numeric_scale"]) == (
        "price",
        "numeric",
        8,
        2,
    )


def test_show_schemas(rehearsal: Rehearsal, schema: str) -> None:
    names = [row[1] for row in rehearsal.run('show schemas from database "shop"')]
    assert "catalog_of_views" in names
    assert not [name for name in names if name.startswith(("pg_", "rs", "information"))]
    assert len(rehearsal.run("show schemas from database shop like 'catalog_of%'")) == 1
    assert rehearsal.run("show schemas from database shop like 'none'") == []


def test_show_grants(rehearsal: Rehearsal, schema: str) -> None:
    rehearsal.run("grant select on catalog_of_views.a_table to admin")
    grants = rehearsal.run('show grants on table "shop"."catalog_of_views"."a_table"')
    assert ("SELECT", "admin", "user") in [(row[4], row[6], row[7]) for row in grants]


def test_table_info(rehearsal: Rehearsal, schema: str) -> None:
    assert rehearsal.run(
        "select diststyle, sortkey1, sortkey_num, max_varchar from svv_table_info where \"table\" = 'a_table'"
    ) == [("KEY(id)", "id", 2, 30)]


def test_columns_have_remarks(rehearsal: Rehearsal, schema: str) -> None:
    rows = rehearsal.run(
        "select column_name, data_type, is_nullable, distkey, sortkey, remarks from svv_redshift_columns "
        "where schema_name = 'catalog_of_views' and table_name = 'a_table' order by ordinal_position"
    )
    assert rows[0] == ("id", "integer", "NO", True, 1, "the key")
    assert rows[2] == ("name", "character varying(30)", "YES", False, 2, None)


def test_our_own_schemas_are_not_seen(rehearsal: Rehearsal) -> None:
    for relation, column in (("pg_tables", "schemaname"), ("information_schema.tables", "table_schema")):
        rows = rehearsal.run(f"select distinct {column} from {relation} where {column} like 'rs%'")
        assert rows == [], relation


@pytest.mark.parametrize(
    "relation",
    re.findall(
        r"^create view rs\.((?:svv|pg|sys)_\w+)",
        CATALOG,
        re.MULTILINE,
    ),
)
def test_every_relation_can_be_read_also_by_its_full_name(rehearsal: Rehearsal, relation: str) -> None:
    rehearsal.run(f"select * from {relation} limit 1")
    rehearsal.run(f"select * from pg_catalog.{relation} limit 1")


def test_every_relation_and_command_names_its_page() -> None:
    lines = CATALOG.splitlines()
    for place, line in enumerate(lines):
        if re.match(r"create view rs\.svv_|create function rs\.show_", line):
            comment = lines[place - 1]
            assert re.match(r"-- r_\w+", comment), f"no page of Redshift's documentation above: {line}"


def test_sqlalchemys_dialect_finds_the_table_of_a_materialized_view(rehearsal: Rehearsal) -> None:
    # What MetaData.reflect() asks, in psycopg2's words: 8.0 does not report how it reads backslashes.
    rehearsal.run("create table reflected as select 1 as a")
    rehearsal.run("create materialized view reflected_view as select a from reflected")
    with closing(
        psycopg2.connect(
            host=rehearsal.host, port=rehearsal.port, dbname=rehearsal.database, user=rehearsal.user, password="any"
        )
    ) as connection:
        assert connection.get_parameter_status("standard_conforming_strings") is None
        cursor = connection.cursor()
        cursor.execute(
            "select relname from pg_catalog.pg_class where relkind = any (array[%s]) and relpersistence <> %s "
            "and relname like %s",
            ("r", "t", "mv\\_tbl\\_\\_reflected%"),
        )
        ((name,),) = cursor.fetchall()
        cursor.execute(f"select '\"{name}\"'::regclass::oid = 'reflected_view'::regclass::oid")
        assert cursor.fetchone() == (True,)
    rehearsal.run("drop materialized view reflected_view")
    rehearsal.run("drop table reflected")
