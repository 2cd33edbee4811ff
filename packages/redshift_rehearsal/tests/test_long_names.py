"""Names of up to 127 bytes are kept whole (r_names.html), though PostgreSQL keeps 63."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from redshift_rehearsal import Rehearsal, Settings
from redshift_rehearsal.lexer import text_of, tokens
from redshift_rehearsal.long_names import name_in_full, shortened

# They differ behind the place where PostgreSQL cuts only.
ONE = "sales_of_the_last_twelve_months_by_region_venue_and_category_before_tax_first"
TWO = ONE.replace("first", "second")
LONGEST = "x" * 127


@pytest.fixture(scope="module")
def tables(rehearsal: Rehearsal) -> Iterator[Rehearsal]:
    for name, value in ((ONE, 1), (TWO, 2)):
        rehearsal.run(f"create table {name} (id int, {TWO} int)")
        rehearsal.run(f"insert into {name} values ({value}, {value * 10})")
    yield rehearsal
    for name in (ONE, TWO):
        rehearsal.run(f"drop table {name}")


def test_names_are_told_apart(tables: Rehearsal) -> None:
    assert tables.run(f'select {TWO} from public."{ONE.upper()}"') == [(10,)]
    assert tables.run(f"select s.{TWO} from {TWO} as s") == [(20,)]
    assert tables.run(f"with {LONGEST} as (select 1 as a) select a from {LONGEST}") == [(1,)]


def test_columns_of_a_result_have_their_names(tables: Rehearsal) -> None:
    title = "Tickets sold per région, venue and category of the last twelve months"
    with tables.connect() as connection, connection.cursor() as cursor:
        cursor.execute(f'select {TWO}, id as "{title}" from {ONE}')
        assert [column[0] for column in cursor.description] == [TWO, title.lower()]


def test_catalogs_have_the_names(tables: Rehearsal) -> None:
    for asked in (
        f"select table_name from svv_tables where table_name = '{ONE}'",
        f"select relname from pg_catalog.pg_class where relname like '{ONE}%'",
        f"select tablename from pg_table_def where tablename = '{ONE}' and \"column\" = '{TWO}'",
        f"""select '"{ONE}"'::regclass::text""",
    ):
        assert tables.run(asked) == [(ONE,)], asked
    assert f"{ONE} ( id integer, {TWO} integer )" in " ".join(tables.run(f"show table {ONE}")[0][0].split())
    with tables.connect() as connection, connection.cursor() as cursor:
        cursor.execute("select tablename from pg_tables where tablename = %s", (TWO,))
        assert cursor.fetchall() == ([TWO],)


def test_messages_have_the_names(tables: Rehearsal) -> None:
    assert f'relation "{ONE}_y" does not exist' in tables.error(f"select * from {ONE}_y")
    assert f'column "{ONE}" does not exist' in tables.error(f"select {ONE} from {TWO}")


def test_data_stays_as_it_is(tables: Rehearsal) -> None:
    assert tables.run(f"select '{ONE}', len('{ONE}'), '{ONE}' like '%first'") == [(ONE, len(ONE), True)]
    assert tables.run(f"select name from {ONE} unpivot (value for name in ({TWO}))") == [(TWO,)]
    assert tables.run(f"""select s.v.{ONE} from (select json_parse('{{"{ONE}": 7}}') as v) as s""") == [("7",)]


def test_views_and_functions_hold_long_names(tables: Rehearsal) -> None:
    tables.run(f"create view v_{ONE} as select {TWO} from public.{ONE} with no schema binding")
    tables.run(f"create function f_{ONE}(int) returns int stable as $$ select $1 $$ language sql")
    tables.run(f"create materialized view m_{ONE} as select {TWO} from {ONE}")
    assert tables.run(f"select {TWO}, public.f_{ONE}(3) from v_{ONE}") == [(10, 3)]
    # As dbt-redshift looks for the keys of a materialized view.
    assert tables.run(f"select relname from pg_class where relname like 'mv_tbl__m_{ONE}__%'") == [
        (f"mv_tbl__m_{ONE}__0",)
    ]
    for kind in ("view v", "materialized view m"):
        tables.run(f"drop {kind}_{ONE}")
    tables.run(f"drop function f_{ONE}(int)")


def test_files_have_the_names(tables: Rehearsal, redshift_rehearsal_settings: Settings) -> None:
    folder: Path = redshift_rehearsal_settings.folders["s3://rehearsal/lake"] / "long"
    tables.run(f"unload ('select {TWO} from {ONE}') to 's3://rehearsal/lake/long/' iam_role default json")
    (file,) = folder.iterdir()
    assert json.loads(file.read_text(encoding="utf-8")) == {TWO: 10}
    tables.run(f"create table loaded (id int, {TWO} int)")
    tables.run("copy loaded from 's3://rehearsal/lake/long/' iam_role default json 'auto'")
    assert tables.run("select * from loaded") == [(None, 10)]
    tables.run("drop table loaded")
    tables.run("create external schema long_lake from data catalog database 'd' iam_role default")
    tables.run(
        f"create external table long_lake.{ONE} ({TWO} int) row format serde 'org.openx.data.jsonserde.JsonSerDe' "
        "location 's3://rehearsal/lake/long/'"
    )
    assert tables.run(f"select {TWO} from long_lake.{ONE}") == [(10,)]
    assert tables.run("select tablename from svv_external_tables where schemaname = 'long_lake'") == [(ONE,)]
    tables.run("drop schema long_lake drop external database cascade")


@pytest.mark.parametrize("name", ["ä" * 63, "Ä" * 32, "a" * 64, LONGEST])
def test_a_short_name_is_always_the_same_and_fits(name: str) -> None:
    short = shortened(name)
    assert len(short.encode()) <= 63
    assert shortened(short) == short
    assert shortened(name.lower()) == short.lower()
    assert name_in_full(short) == name
    assert text_of(tokens(f'select "{name}"')) == f'select "{short}"'
    assert shortened("a" * 63) == "a" * 63
