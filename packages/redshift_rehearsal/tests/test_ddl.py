"""Tables, views, grants and settings: what Redshift takes is run, what it does not take is refused."""

from __future__ import annotations

import pytest
import redshift_connector

from redshift_rehearsal import Rehearsal
from redshift_rehearsal.errors import REDSHIFT_DOCS, Refused
from redshift_rehearsal.translate import translate


@pytest.fixture
def schema(rehearsal: Rehearsal) -> str:
    """Make an empty schema."""
    rehearsal.run("drop schema if exists ddl cascade")
    rehearsal.run("create schema ddl")
    return "ddl"


def test_keys_are_kept(rehearsal: Rehearsal, schema: str) -> None:
    rehearsal.run(
        "create table ddl.of_query backup no diststyle key distkey (b) compound sortkey(a, b) "
        "as (select 1 as a, 2 as b)"
    )
    rehearsal.run("create table ddl.declared (a int encode az64 distkey, b varchar(9) not null sortkey) diststyle key")
    rehearsal.run("create table ddl.everywhere diststyle all as select 1 as a")
    rehearsal.run("create table ddl.plain as select 1 as a")
    assert rehearsal.run(
        """select "table", diststyle, sortkey1, sortkey_num from svv_table_info where schema = 'ddl' order by 1"""
    ) == [
        ("declared", "KEY(a)", "b", 1),
        ("everywhere", "ALL", "AUTO(SORTKEY)", 0),
        ("of_query", "KEY(b)", "a", 2),
        ("plain", "AUTO(ALL)", "AUTO(SORTKEY)", 0),
    ]
    assert rehearsal.run(
        """select "column", distkey, sortkey from pg_table_def where tablename = 'of_query' order by 1"""
    ) == [("a", False, 1), ("b", True, 2)]


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ("distkey (c)", 'column "c" named in key does not exist'),
        ("diststyle key distkey (c)", 'column "c" named in key does not exist'),
        ("compound sortkey(a, c)", 'column "c" named in key does not exist'),
        ("interleaved sortkey(c)", 'column "c" named in key does not exist'),
        ("diststyle all distkey (a)", "cannot be specified with DISTSTYLE"),
        ("diststyle even distkey (a)", "cannot be specified with DISTSTYLE"),
        ("diststyle key", "DISTKEY"),
        ("diststyle most", "syntax error"),
        ("interleaved sortkey(" + ",".join(f"c{n}" for n in range(9)) + ")", "eight columns"),
    ],
)
@pytest.mark.parametrize("form", ["create table ddl.t {} as (select 1 as a)", "create table ddl.t (a int) {}"])
def test_wrong_keys_are_refused(rehearsal: Rehearsal, schema: str, form: str, attributes: str, message: str) -> None:
    error = rehearsal.error(form.format(attributes))
    assert message in error
    assert REDSHIFT_DOCS + "r_CREATE_TABLE_NEW.html" in error
    assert "does not exist" in rehearsal.error("select * from ddl.t"), "the refused table is there"


def _keys_of(rehearsal: Rehearsal, table: str) -> list[tuple]:
    return rehearsal.run(
        f"""select "column", distkey, sortkey from pg_table_def where schemaname || '.' || tablename = '{table}'
        and (distkey or sortkey > 0) order by 1"""
    )


def test_keys_of_a_query_may_be_numbers(rehearsal: Rehearsal, schema: str) -> None:
    rehearsal.run("create table ddl.t distkey (1) sortkey (3, 1) as select 1 as a, 2 as b, 3 as c")
    assert _keys_of(rehearsal, "ddl.t") == [("a", True, 2), ("c", False, 1)]
    assert 'column "4" named in key' in rehearsal.error("create table ddl.u sortkey (4) as select 1 as a")
    assert "by their numbers" in rehearsal.error("create table ddl.u (a int) sortkey (1)")
    assert 'near "a+1"' in rehearsal.error("create table ddl.u sortkey (a + 1) as select 1 as a")


def test_keys_are_altered(rehearsal: Rehearsal, schema: str) -> None:
    rehearsal.run("create table ddl.t (a int, b int, c int) sortkey (c)")
    rehearsal.run("alter table ddl.t alter distkey b")
    assert _keys_of(rehearsal, "ddl.t") == [("b", True, 0), ("c", False, 1)]
    rehearsal.run("alter table ddl.t alter compound sortkey (a, b), alter diststyle key distkey a;")
    assert _keys_of(rehearsal, "ddl.t") == [("a", True, 1), ("b", False, 2)]
    rehearsal.run("alter table ddl.t alter diststyle all, alter sortkey none")
    assert _keys_of(rehearsal, "ddl.t") == []
    rehearsal.run("create table ddl.plain as select 1 as a")
    rehearsal.run("alter table ddl.plain alter sortkey (a)")
    assert _keys_of(rehearsal, "ddl.plain") == [("a", False, 1)]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("alter sortkey (a, d)", 'column "d" named in key does not exist'),
        ("alter distkey d", 'column "d" named in key does not exist'),
        ("alter sortkey (1)", "names its columns"),
        ("alter sortkey a", "syntax error"),
    ],
)
def test_wrong_changes_of_keys_are_refused(rehearsal: Rehearsal, schema: str, change: str, message: str) -> None:
    rehearsal.run("create table ddl.t (a int) sortkey (a)")
    assert message in rehearsal.error(f"alter table ddl.t {change}")
    assert _keys_of(rehearsal, "ddl.t") == [("a", False, 1)]


def test_keys_are_altered_by_the_owner_of_a_table(rehearsal: Rehearsal, schema: str) -> None:
    rehearsal.run("create table ddl.t (a int)")
    rehearsal.run("create view ddl.v as select a from ddl.t")
    rehearsal.run("grant usage on schema ddl to admin")
    assert "must be owner" in rehearsal.error("alter table ddl.t alter sortkey (a)", user="admin")
    assert "is not a table" in rehearsal.error("alter table ddl.v alter sortkey (a)")
    assert "does not exist" in rehearsal.error("alter table ddl.w alter sortkey (a)")


def test_encodings_are_accepted_in_alter_table(rehearsal: Rehearsal, schema: str) -> None:
    rehearsal.run("create table ddl.t (a int)")
    rehearsal.run("alter table ddl.t add column b varchar(9) default 'x' encode zstd")
    rehearsal.run("alter table ddl.t alter column a encode az64, alter encode auto")
    rehearsal.run("insert into ddl.t (a) values (1)")
    assert rehearsal.run("select * from ddl.t") == [(1, "x")]


def test_identity_columns(rehearsal: Rehearsal, schema: str) -> None:
    rehearsal.run("create table ddl.t (id bigint identity (0, 5), down int identity(-1, -1) not null, name varchar(9))")
    rehearsal.run("insert into ddl.t (name) values ('a'), ('b')")
    assert rehearsal.run("select * from ddl.t order by id") == [(0, -1, "a"), (5, -2, "b")]
    assert "non-DEFAULT" in rehearsal.error("insert into ddl.t values (1, 1, 'c')")
    rehearsal.run("create table ddl.u (id int generated by default as identity (3, 1) sortkey, name varchar(9))")
    rehearsal.run("insert into ddl.u (name) values ('a')")
    rehearsal.run("insert into ddl.u values (9, 'b')")
    assert rehearsal.run("select id from ddl.u order by 1") == [(3,), (9,)]
    assert "syntax error" in rehearsal.error("create table ddl.v (id int identity (1))")


def test_collations_are_without_effect(rehearsal: Rehearsal, schema: str) -> None:
    rehearsal.run("create table ddl.t (a varchar(9) collate case_insensitive not null, b varchar(9) collate cs)")
    rehearsal.run("insert into ddl.t values ('X', 'x')")
    assert rehearsal.run("select collate(a, 'case_insensitive'), b from ddl.t") == [("X", "x")]
    assert rehearsal.run("select a from ddl.t where a = 'x'") == []


def test_columns_may_be_named_like_attributes() -> None:
    sql = "create table t as (select 1 as sortkey, 'distkey (x)' as encode, backup from u)"
    assert translate(sql) == sql


def test_a_case_keeps_the_length_of_its_type(rehearsal: Rehearsal, schema: str) -> None:
    rehearsal.run(
        "create table ddl.t as (select case when n > 1 then try_cast(s as decimal(8,2)) when n < 0 then "
        "cast(case n when 0 then 1 end as decimal(8,2)) end as a, "
        "case when n = 1 then cast(s as varchar(5)) end as b, case when n = 1 then n else 2 end as c "
        "from (select 1 as n, cast('1' as varchar(5)) as s) as x)"
    )
    assert rehearsal.run(
        "select column_name, numeric_precision, numeric_scale, character_maximum_length "
        "from information_schema.columns where table_schema = 'ddl' order by 1"
    ) == [("a", 8, 2, None), ("b", None, None, 5), ("c", 32, 0, None)]


def test_a_late_binding_view_outlives_its_table(rehearsal: Rehearsal, schema: str) -> None:
    rehearsal.run("create table ddl.t as select 1 as a, cast('x' as varchar(5)) as b")
    rehearsal.run("create view ddl.v as (select a, b from ddl.t) with no schema binding;")
    rehearsal.run("alter table ddl.v rename to w")
    rehearsal.run("drop table ddl.t")
    assert '"ddl.t" does not exist' in rehearsal.error("select * from ddl.w")
    rehearsal.run("create table ddl.t as select 2 as a, cast('y' as varchar(5)) as b")
    assert rehearsal.run("select * from ddl.w") == [(2, "y")]
    rehearsal.run("create or replace view ddl.w as select a from ddl.t with no schema binding")
    assert rehearsal.run("select * from ddl.w") == [(2,)]


def test_a_bound_view_holds_its_table(rehearsal: Rehearsal, schema: str) -> None:
    rehearsal.run("create table ddl.t as select 1 as a")
    rehearsal.run("create view ddl.v as select a from ddl.t")
    assert "depend on it" in rehearsal.error("drop table ddl.t")


def test_a_late_binding_view_may_be_made_before_what_it_reads(rehearsal: Rehearsal, schema: str) -> None:
    # r_CREATE_VIEW, WITH NO SCHEMA BINDING: Redshift looks for it when the view is queried.
    rehearsal.run(f"create view {schema}.early as (select a, b from {schema}.later_made) with no schema binding")
    assert f'relation "{schema}.later_made" does not exist' in rehearsal.error(f"select * from {schema}.early")
    rehearsal.run(f"create table {schema}.later_named as select 1 as a, 'x'::varchar(9) as b")
    rehearsal.run(f"alter table {schema}.later_named rename to later_made")
    assert rehearsal.run(f"select a, b from {schema}.early") == [(1, "x")]
    assert ("early", "b", "character varying(9)") in rehearsal.run(
        "select view_name, col_name, col_type from pg_get_late_binding_view_cols() "
        "cols(view_schema name, view_name name, col_name name, col_type varchar, col_num int)"
    )
    rehearsal.run(f"drop table {schema}.later_made")
    rehearsal.run(f"create or replace view {schema}.early as select a from {schema}.later_made with no schema binding")


def test_literals_of_a_view_have_a_length_and_a_scale(rehearsal: Rehearsal, schema: str) -> None:
    query = (
        "with w as (select 'not here' as x) select 1.23 as a, 'x' as b, 'it''s é' c, cast('four' as text) as d, "
        "'five5'::text as e, 1.5 * 2 as f, 'a' || 'b' as g, 7 as h, '' as i, .5 as j from w"
    )
    types = ["numeric(3,2)", *(f"character varying({length})" for length in (1, 7, 4, 5))]
    types += ["numeric", "text", "integer", "character varying(1)", "numeric(1,1)"]
    for start, end in (("", ""), ("((", "))"), ("(", ") with no schema binding")):
        rehearsal.run(f"create view {schema}.literals as {start}{query}{end}")
        asked = "select data_type from svv_redshift_columns where table_name = 'literals' order by ordinal_position"
        assert [name for (name,) in rehearsal.run(asked)] == types
        rehearsal.run(f"drop view {schema}.literals")
    # Those of a union have one type, which is PostgreSQL's.
    rehearsal.run(f"create view {schema}.literals as select 'a' as x from (select 1) as o union all select 'bb'")
    assert rehearsal.run(f"select x from {schema}.literals order by 1") == [("a",), ("bb",)]
    assert rehearsal.run(asked.replace("order by ordinal_position", "")) == [("text",)]


def test_a_materialized_view_is_a_view_to_comments_and_show(rehearsal: Rehearsal, schema: str) -> None:
    rehearsal.run(f"create table {schema}.under as select 1 as a")
    rehearsal.run(f"create materialized view {schema}.over_it as select a from {schema}.under")
    rehearsal.run(f"create view {schema}.beside_it as select a from {schema}.under")
    for view in ("over_it", "beside_it"):
        rehearsal.run(f"comment on view {schema}.{view} is $c$It's {view}$c$")
    shown = {row[2]: (row[3], row[5], row[10]) for row in rehearsal.run(f"show tables from schema shop.{schema}")}
    assert shown["over_it"] == ("VIEW", "It's over_it", "MATERIALIZED VIEW")
    assert shown["beside_it"] == ("VIEW", "It's beside_it", "REGULAR VIEW")


def test_a_late_binding_view_may_hold_any_text(rehearsal: Rehearsal, schema: str) -> None:
    rehearsal.run(r"""create view ddl.v as (select 'it''s \\ $rs$ %s' as a) with no schema binding""")
    assert rehearsal.run("select a from ddl.v") == [(r"it's \ $rs$ %s",)]


@pytest.mark.parametrize(
    "query",
    [
        "select * from t",
        "select * from ddl.t as x join t on true",
        "select * from ddl.t as x, t as y",
        "select * from ddl.t where a in (select a from t)",
        "with c as (select * from t) select * from c",
        "select * from (select 1 as a union all select a from t) as x",
        'select * from "t"',
        "select a from ddl.t union all select a from t",
    ],
)
def test_unqualified_names_in_a_late_binding_view_are_refused(query: str) -> None:
    with pytest.raises(Refused, match='relation names inside should be qualified.*: "t"') as refused:
        translate(f"create view ddl.v as ({query}) with no schema binding")
    assert refused.value.documentation == REDSHIFT_DOCS + "r_CREATE_VIEW.html"


@pytest.mark.parametrize(
    "query",
    [
        "with c as (select a from ddl.t), d (x) as (select a from c) select * from d, c",
        "select extract(day from moment), trim(both ' ' from name), substring(name from 2) from ddl.t",
        "select case when a in (1, 2) then b end, c from ddl.t order by a, b",
        "select * from (select a, b from ddl.t group by a, b) as x where a > 1",
        'select * from "shop"."ddl"."t" as t join ddl.u on t.a = u.a, ddl.v',
        "select 'select * from t' as text -- from t\n from ddl.t /* from t */",
        "select 1 as a",
    ],
)
def test_qualified_names_in_a_late_binding_view_are_accepted(query: str) -> None:
    assert "rs.create_late_binding_view" in translate(f"create view ddl.v as ({query}) with no schema binding")


def test_grants_to_users_and_roles(rehearsal: Rehearsal, schema: str) -> None:
    rehearsal.run("create role ddl_reader", user="admin")
    rehearsal.run("create table ddl.t as select 1 as a")
    assert "permission denied" in rehearsal.error("select * from ddl.t", user="admin")
    rehearsal.run("grant usage on schema ddl to role ddl_reader, admin")
    rehearsal.run("grant select on ddl.t to role ddl_reader")
    rehearsal.run("grant select on ddl.t to admin")
    assert rehearsal.run("select * from ddl.t", user="admin") == [(1,)]
    assert rehearsal.run(
        "select identity_name, identity_type, privilege_type from svv_relation_privileges "
        "where namespace_name = 'ddl' and identity_name <> 'dbt' order by 1"
    ) == [("admin", "user", "select"), ("ddl_reader", "role", "select")]
    rehearsal.run("revoke select on ddl.t from role ddl_reader, admin")
    assert "permission denied" in rehearsal.error("select * from ddl.t", user="admin")
    rehearsal.run("drop schema ddl cascade")
    rehearsal.run("drop role ddl_reader", user="admin")


def test_settings_of_redshift(rehearsal: Rehearsal) -> None:
    with rehearsal.connect() as connection, connection.cursor() as cursor:
        cursor.execute("set query_group to 'dbt'")
        cursor.execute("show query_group")
        assert cursor.fetchone()[0] == "dbt"
        cursor.execute("reset query_group")
        cursor.execute("set search_path to ddl, public")
        cursor.execute("select sysdate")
    assert "unrecognized configuration parameter" in rehearsal.error("set no_such_setting to 1")


def test_a_refusal_aborts_the_transaction(rehearsal: Rehearsal) -> None:
    with rehearsal.connect() as connection, connection.cursor() as cursor:
        cursor.execute("begin")
        with pytest.raises(redshift_connector.ProgrammingError) as error:
            cursor.execute("create table t diststyle key as select 1 as a")
        fields = error.value.args[0]
        assert (fields["C"], fields["D"], fields["H"]) == (
            "0A000",
            "distribution key",
            REDSHIFT_DOCS + "r_CREATE_TABLE_NEW.html",
        )
        with pytest.raises(redshift_connector.ProgrammingError, match="transaction is aborted"):
            cursor.execute("select 1")
        cursor.execute("rollback")
        cursor.execute("select 1")
        assert cursor.fetchall() == ([1],)


def test_a_function_of_a_users_may_be_called_without_its_schema(rehearsal: Rehearsal) -> None:
    rehearsal.run("create function f_double(int) returns int stable as $$ select $1 * 2 $$ language sql")
    assert rehearsal.run("select f_double(2), public.f_double(3)") == [(4, 6)]
    assert "function f_triple(integer) does not exist" in rehearsal.error("select f_triple(2)")
    rehearsal.run("drop function f_double(int)")
