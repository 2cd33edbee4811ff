"""Answers that PostgreSQL would give otherwise: texts, keys, names, times of changes, two sessions at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import redshift_connector
from redshift_connector.interval import IntervalDayToSecond, IntervalYearToMonth

from redshift_rehearsal import Rehearsal, Settings, start


@pytest.fixture(scope="module")
def texts(rehearsal: Rehearsal) -> Iterator[str]:
    """Make a table whose texts differ in blanks at their end."""
    rehearsal.run("create table with_blanks (a varchar(10), b int)")
    rehearsal.run("insert into with_blanks values ('x', 1), ('x ', 2), ('y', 3), ('x  ', 4)")
    yield "with_blanks"
    rehearsal.run("drop table with_blanks")


# r_Character_types, "Significance of trailing blanks". LIKE and LEN see them.
@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("select b from {} where a = 'x' order by 1", [(1,), (2,), (4,)]),
        ("select b from {} where a <> 'x ' order by 1", [(3,)]),
        ("select b from {} where a in ('x', 'q', 'r', 's', 't', 'u', 'v', 'w', 'z') order by 1", [(1,), (2,), (4,)]),
        ("select b from {} where a between 'x' and 'x' order by 1", [(1,), (2,), (4,)]),
        ("select b from {} where upper(a) = 'X   ' order by 1", [(1,), (2,), (4,)]),
        ("select count(*) from {} group by a order by 1", [(1,), (3,)]),
        ("select count(distinct a) from {}", [(2,)]),
        ("select count(*) from (select distinct a from {}) as t", [(2,)]),
        ("select count(*) from (select a from {} union select 'y ') as t", [(2,)]),
        ("select count(*) from {0} as t join {0} as s on t.a = s.a", [(10,)]),
        ("select sum(decode(a, 'x', 1, 0)), sum(case a when 'y  ' then 1 end) from {}", [(3, 1)]),
        ("select max(n) from (select row_number() over (partition by a order by b) as n from {}) as t", [(3,)]),
        ("select b from {} where a like 'x' order by 1", [(1,)]),
        ("select sum(len(a)) from {}", [(7,)]),
    ],
)
def test_blanks_at_the_end_do_not_count_in_comparisons(
    rehearsal: Rehearsal, texts: str, query: str, rows: list[tuple[int, ...]]
) -> None:
    assert rehearsal.run(query.format(texts)) == rows


@pytest.fixture
def keys(rehearsal: Rehearsal) -> Iterator[None]:
    """Make tables with a primary, a unique and two foreign keys."""
    rehearsal.run("create table key_parent (id int primary key, code int unique, c int)")
    rehearsal.run("create table key_child (id int references key_parent (id), code int)")
    rehearsal.run("alter table key_child add foreign key (code) references key_parent (code)")
    yield
    rehearsal.run("drop table key_child")
    rehearsal.run("drop table key_parent")


@pytest.mark.usefixtures("keys")
def test_keys_are_information_and_not_enforced(rehearsal: Rehearsal) -> None:
    # r_CREATE_TABLE_NEW, "Usage notes": limits and quotas of constraints.
    for statement in (
        "insert into key_parent values (1, 1, 1), (1, 1, 1)",
        "insert into key_child values (7, 7)",
        "delete from key_parent",
        "insert into key_parent values (2, 2, 2), (2, 2, 2)",
        "update key_parent set code = 9",
    ):
        rehearsal.run(statement)
    assert rehearsal.run("select count(*), count(distinct id) from key_parent") == [(2, 1)]
    assert rehearsal.run("select count(*) from key_parent where id = 2") == [(2,)]
    kinds = rehearsal.run(
        "select contype, count(*) from pg_constraint join pg_class on pg_class.oid = conrelid "
        "where relname like 'key\\\\_%' and contype in ('p', 'u', 'f') group by 1 order by 1"
    )
    assert kinds == [("f", 2), ("p", 1), ("u", 1)]


@pytest.mark.usefixtures("keys")
@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("insert into key_parent values (null, 1, 1)", "Cannot insert a NULL value into column id"),
        ("select id, c from key_parent group by id", "must appear in the GROUP BY"),
        ("create table key_grandchild (id int references key_child (code))", "no unique constraint"),
        ("create table key_grandchild (id int references key_nobody (id))", "does not exist"),
    ],
)
def test_what_keys_still_refuse(rehearsal: Rehearsal, statement: str, message: str) -> None:
    assert message in rehearsal.error(statement)


# r_interval_data_types and r_interval_literals, through the driver, which asks for binary form.
def test_intervals_arrive_as_redshifts_driver_reads_them(rehearsal: Rehearsal) -> None:
    with rehearsal.connect() as connection, connection.cursor() as cursor:
        for _ in range(2):  # the second time the driver uses the statement that it has prepared
            cursor.execute(
                "select interval '2 days', 1, interval '1-2' year to month, interval '3 04:05:06' day to second"
            )
            ((plain, one, months, seconds),) = cursor.fetchall()
            assert (plain, one) == (timedelta(days=2), 1)
            assert (months, type(months)) == (IntervalYearToMonth(14), IntervalYearToMonth)
            assert (seconds.getTimedelta(), type(seconds)) == (
                timedelta(days=3, hours=4, minutes=5, seconds=6),
                IntervalDayToSecond,
            )
        cursor.execute("select interval '1 month 3 hours', null::text")
        ((mixed, _),) = cursor.fetchall()
        assert (mixed.months, mixed.microseconds) == (1, 3 * 3_600_000_000)
        cursor.execute("select timestamp '2024-01-01 00:00:00' + %s, %s", (timedelta(days=1, hours=2), 7))
        assert cursor.fetchone() == [datetime(2024, 1, 2, 2), 7]
        cursor.execute("create temp table spans (a interval day to second, b interval year to month)")
        cursor.execute("insert into spans values ('1 02:00:00', '0-5'), (null, null)")
        cursor.execute("select a, b from spans order by 1 nulls first")
        assert list(cursor.fetchall()) == [
            [None, None],
            [IntervalDayToSecond(26 * 3_600_000_000), IntervalYearToMonth(5)],
        ]


# r_SUPER_type, r_VARBYTE_type: PostgreSQL's names of them are types that Redshift has not.
def test_super_and_varbyte_have_redshifts_names_and_numbers(rehearsal: Rehearsal) -> None:
    rehearsal.run("create table named_types as select json_parse('{\"a\": 1}') as a, 'x'::varbyte as b")
    names = [("a", "super"), ("b", "binary varying")]
    for query in (
        "select column_name, data_type from information_schema.columns where table_name = 'named_types' order by 1",
        "select attname, pg_catalog.format_type(atttypid, atttypmod) from pg_attribute where attnum > 0 and attrelid = "
        "(select oid from pg_class where relname = 'named_types') order by 1",
        "select \"column\", type from pg_table_def where tablename = 'named_types' order by 1",
    ):
        assert rehearsal.run(query) == names
    with rehearsal.connect() as connection, connection.cursor() as cursor:
        cursor.execute("select a from named_types")
        assert cursor.description[0][1] == 4000
        assert cursor.fetchone() == ['{"a": 1}']
    rehearsal.run("drop table named_types")


# r_Character_types: a column of type TEXT is a VARCHAR(256); a cast to TEXT cuts nothing off.
def test_only_a_column_of_type_text_has_256_bytes(rehearsal: Rehearsal) -> None:
    assert rehearsal.run("select len(cast(repeat('x', 300) as text)), len(repeat('x', 300)::varchar)") == [(300, 256)]
    rehearsal.run("create table a_text (a text)")
    assert "value too long" in rehearsal.error("insert into a_text select repeat('x', 300)")
    rehearsal.run("drop table a_text")


def test_a_query_group_is_the_default_before_and_after_it_is_set(rehearsal: Rehearsal) -> None:
    with rehearsal.connect() as connection, connection.cursor() as cursor:
        groups = []
        for statement in ("select 1", "set query_group to 'nightly'", "reset query_group"):
            cursor.execute(statement)
            cursor.execute("select current_setting('query_group')")
            groups += cursor.fetchone()
    assert groups == ["default", "nightly", "default"]


def test_names_in_quotes_keep_their_case_only_if_the_session_asks_for_it(rehearsal: Rehearsal) -> None:
    # r_enable_case_sensitive_identifier
    with rehearsal.connect() as connection, connection.cursor() as cursor:
        cursor.execute('select 1 as "Total"')
        assert cursor.description[0][0] in (b"total", "total")
        cursor.execute("set enable_case_sensitive_identifier to true")
        cursor.execute('create temp table "Mixed" ("Id" int, id int)')
        cursor.execute('select "Id" from "Mixed"')
        assert cursor.description[0][0] in (b"Id", "Id")
        with pytest.raises(redshift_connector.Error, match="does not exist"):
            cursor.execute("select id from Mixed")
        cursor.execute("reset enable_case_sensitive_identifier")
        with pytest.raises(redshift_connector.Error, match="does not exist"):
            cursor.execute('select "Id" as again from "Mixed"')  # the driver keeps statements that it has sent


def test_names_in_quotes_keep_their_case_where_the_parameter_group_says_so() -> None:
    with start(Settings(case_sensitive=True)) as kept, kept.connect() as connection, connection.cursor() as cursor:
        cursor.execute('select 1 as "Total"')
        assert cursor.description[0][0] in (b"Total", "Total")
        cursor.execute("show enable_case_sensitive_identifier")
        assert cursor.fetchone() == ["on"]
        cursor.execute("set enable_case_sensitive_identifier to false")
        cursor.execute('select 2 as "Total"')
        assert cursor.description[0][0] in (b"total", "total")
        cursor.execute("reset enable_case_sensitive_identifier")
        cursor.execute('select 3 as "Total"')
        assert cursor.description[0][0] in (b"Total", "Total")


def test_a_table_was_modified_when_its_newest_row_was_written(rehearsal: Rehearsal) -> None:
    asked = (
        "select max(detail.start_time) from sys_query_detail as detail join pg_class on pg_class.oid = detail.table_id "
        "where relname = 'written_once' and step_name = 'insert'"
    )
    rehearsal.run("create table written_once (a int)")
    rehearsal.run("insert into written_once values (1)")
    ((first,),) = rehearsal.run(asked)
    assert abs(datetime.now(UTC).replace(tzinfo=None) - first) < timedelta(minutes=1)
    assert rehearsal.run(asked) == [(first,)]
    rehearsal.run("insert into written_once values (2)")
    assert rehearsal.run(asked)[0][0] > first
    rehearsal.run("drop table written_once")


@pytest.mark.parametrize(
    "statement",
    ["create table at_once as select 1 as a", "create schema at_once", "create view at_once as select 1 as a"],
)
def test_two_sessions_at_once_fail_in_words_of_redshift(rehearsal: Rehearsal, statement: str) -> None:
    messages: list[str] = []

    def other() -> None:
        try:
            rehearsal.run(statement)
        except redshift_connector.Error as error:
            messages.append(error.args[0]["M"])

    with rehearsal.connect(autocommit=False) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        second = threading.Thread(target=other)
        second.start()
        # It has to wait for the first one; that it does is seen in the list of sessions.
        while not rehearsal.run("select 1 from pg_locks where not granted"):
            pass
        connection.commit()
        second.join()
        cursor.execute(f"drop {statement.split()[1]} at_once")
        connection.commit()
    assert messages == ["could not complete because of conflict with concurrent transaction"]
