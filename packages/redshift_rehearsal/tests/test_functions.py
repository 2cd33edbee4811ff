"""Redshift's functions and numbers, executed: the examples that its documentation publishes, with their results.

Each case names the page of https://docs.aws.amazon.com/redshift/latest/dg/ that has the example.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, datetime, time
from decimal import Decimal

import pytest
from psycopg2.errors import InsufficientPrivilege
from psycopg2.extensions import connection as Connection  # noqa: N812 - it is a class

from redshift_rehearsal import Rehearsal
from redshift_rehearsal.server import Postgres

# The tables of the documentation's examples.
WINSALES = """
(30001, '2003-08-02', 3, 'b', 10, 10), (10001, '2003-12-24', 1, 'c', 10, 10), (10005, '2003-12-24', 1, 'a', 30, null),
(40001, '2004-01-09', 4, 'a', 40, null), (10006, '2004-01-18', 1, 'c', 10, null), (20001, '2004-02-12', 2, 'b', 20, 20),
(40005, '2004-02-12', 4, 'a', 10, 10), (20002, '2004-02-16', 2, 'c', 20, 20), (30003, '2004-04-18', 3, 'b', 15, null),
(30004, '2004-04-18', 3, 'b', 20, null), (30007, '2004-09-07', 3, 'c', 30, null)
"""
PART = """
('prop', 'local parts co', 2, 10.00), ('prop', 'big parts co', null, 9.00), ('prop', 'small parts co', 1, 12.00),
('rudder', 'local parts co', 1, 2.50), ('rudder', 'big parts co', 2, 3.75), ('rudder', 'small parts co', null, 1.90),
('wing', 'local parts co', null, 7.50), ('wing', 'big parts co', 1, 15.20), ('wing', 'small parts co', null, 11.80)
"""
STORE_SALES = """
('2022-01-01', '09:00:00', 'Product 1', 100.0), ('2022-01-01', '11:00:00', 'Product 2', 500.0),
('2022-01-01', '15:00:00', 'Product 3', 20.0), ('2022-01-01', '17:00:00', 'Product 4', 1000.0),
('2022-01-01', '18:00:00', 'Product 5', 30.0), ('2022-01-02', '10:00:00', 'Product 6', 5000.0),
('2022-01-02', '16:00:00', 'Product 7', 5.0)
"""


Ask = Callable[[str], list[tuple]]


@pytest.fixture(scope="module", autouse=True)
def tables(rehearsal: Rehearsal) -> Iterator[None]:
    for statement in (
        "create schema examples",
        """create table examples.winsales (salesid int, dateid date, sellerid int, buyerid char(10), qty int,
        qty_shipped int)""",
        f"insert into examples.winsales values {WINSALES}",
        "create table examples.part (partname varchar, manufacturer varchar, quality int, price decimal(12, 2))",
        f"insert into examples.part values {PART}",
        "create table examples.count_by_color (quality varchar, red int, green int, blue int)",
        "insert into examples.count_by_color values "
        "('high', 15, 20, 7), ('normal', 35, null, 40), ('low', 10, 23, null)",
        "create table examples.store_sales (ss_sold_date date, ss_sold_time time, ss_item text, ss_sales_price float)",
        f"insert into examples.store_sales values {STORE_SALES}",
        "create table examples.one (x int)",
        "insert into examples.one values (1)",
    ):
        rehearsal.run(statement)
    yield
    rehearsal.run("drop schema examples cascade")


@pytest.fixture(scope="module")
def ask(rehearsal: Rehearsal, tables: None) -> Iterator[Ask]:
    """Run queries in one connection: they change nothing, and to connect takes longer than they do."""

    def run(query: str) -> list[tuple]:
        with connection.cursor() as cursor:
            cursor.execute(query)
            return [tuple(row) for row in cursor.fetchall()]

    with rehearsal.connect() as connection:
        yield run


SCALARS = [
    # page, expression, value
    ("r_DATEADD_function", "dateadd(month,18,'2008-02-28')", datetime(2009, 8, 28)),
    ("r_DATEADD_function", "dateadd(m,30,'2008-02-28')", datetime(2008, 2, 28, 0, 30)),
    ("r_DATEADD_function", "dateadd(month,1,'2008-04-30')", datetime(2008, 5, 30)),
    ("r_DATEADD_function", "dateadd(month,12,'2016-02-29')", datetime(2017, 2, 28)),
    ("r_DATEADD_function", "dateadd(year, 1, '2016-02-29')", datetime(2017, 3, 1)),
    ("r_DATEADD_function", "dateadd(hour, 12, time '13:24:55')", time(1, 24, 55)),
    ("r_DATEADD_function", "dateadd(day,30,'2008-11-01'::date)", datetime(2008, 12, 1)),
    ("r_DATEDIFF_function", "datediff(week,'2009-01-01','2009-12-31')", 52),
    ("r_DATEDIFF_function", "datediff(hour, '2023-01-01', '2023-01-03 05:04:03')", 53),
    ("r_DATEDIFF_function", "datediff(days, 'Jun 1,2008 09:59:59 EST', 'Jul 4,2008 09:59:59 EST')", 33),
    ("r_DATEDIFF_function", "datediff(year, '12-31-2008'::date, '01-01-2009'::date)", 1),
    ("r_DATEDIFF_function", "datediff(hour, '01-01-2009 8:30:00'::timestamp, '01-01-2009 10:00:00'::timestamp)", 2),
    ("r_DATEDIFF_function", "datediff(hour, time '8:30:00', time '10:00:00')", 2),
    ("r_Dateparts_for_datetime_functions", "extract(century from timestamp '2000-12-16 12:21:13')", 20),
    ("r_Dateparts_for_datetime_functions", "extract(century from timestamp '2001-12-16 12:21:13')", 21),
    ("r_Dateparts_for_datetime_functions", "extract(decade from timestamp '1999-02-16 20:38:40')", 200),
    ("r_Dateparts_for_datetime_functions", "extract(decade from timestamp '2000-02-16 20:38:40')", 201),
    ("r_Dateparts_for_datetime_functions", "extract(mil from timestamp '2000-12-16 12:21:13')", 2),
    ("r_Dateparts_for_datetime_functions", "extract(mil from timestamp '2001-12-16 12:21:13')", 3),
    ("r_Dateparts_for_datetime_functions", "extract(sec from timestamp '2009-09-21 11:10:03.189717')", 3),
    ("r_Dateparts_for_datetime_functions", "date_part(sec, timestamp '2009-09-21 11:10:03.189717')", 3.189717),
    ("r_EXTRACT_function", "extract(minute from timestamp '2009-09-09 12:08:43')", 8),
    ("r_EXTRACT_function", "extract(ms from timestamp '2009-09-09 12:08:43.101')", 101),
    ("r_EXTRACT_function", "extract(ms from time '18:25:33.123456')", 123),
    ("r_EXTRACT_function", "extract(year from timestamptz '1.12.1997 07:37:16.00 PST')", 1997),
    ("r_ADD_MONTHS", "add_months('2008-03-31',1)", datetime(2008, 4, 30)),
    ("r_ADD_MONTHS", "add_months('2008-04-30',1)", datetime(2008, 5, 31)),
    ("r_ADD_MONTHS", "trunc(add_months('2008-01-01'::date, 12))", date(2009, 1, 1)),
    ("r_MONTHS_BETWEEN_function", "months_between('1969-01-18', '1969-03-18')", -2.0),
    ("r_MONTHS_BETWEEN_function", "round(months_between('2008-12-25 15:00:00', '2008-01-21 19:30:00'), 2)", 11.12),
    ("r_MONTHS_BETWEEN_function", "months_between('2014-08-31', '2014-09-30')", -1.0),
    ("r_NEXT_DAY", "next_day('2014-08-20','Tuesday')", date(2014, 8, 26)),
    ("r_NEXT_DAY", "next_day('2008-07-06', 'Monday')", date(2008, 7, 7)),
    ("r_LAST_DAY", "last_day('2004-01-09'::date)", date(2004, 1, 31)),
    ("CONVERT_TIMEZONE", "convert_timezone('EST', 'PST', '20080305 12:25:29')", datetime(2008, 3, 5, 9, 25, 29)),
    ("CONVERT_TIMEZONE", "convert_timezone('America/New_York', '2013-02-01 08:00:00')", datetime(2013, 2, 1, 3)),
    ("CONVERT_TIMEZONE", "convert_timezone('America/New_York', '2013-06-01 08:00:00')", datetime(2013, 6, 1, 4)),
    ("CONVERT_TIMEZONE", "convert_timezone('GMT','NEWZONE +2','2014-05-17 12:00:00')", datetime(2014, 5, 17, 10)),
    ("CONVERT_TIMEZONE", "convert_timezone('GMT','GMT+2','2014-05-17 12:00:00')", datetime(2014, 5, 17, 10)),
    ("REGEXP_REPLACE", "regexp_replace('the fox', 'FOX', 'quick brown fox', 1, 'i')", "the quick brown fox"),
    ("REGEXP_REPLACE", "regexp_replace('sed@lacusUtnec.ca', '@.*\\\\.(org|gov|com|edu|ca)$')", "sed"),
    (
        "REGEXP_REPLACE",
        "regexp_replace('passwd7 plain A1234 a1234', '(?=[^ ]*[a-z])(?=[^ ]*[0-9])[^ ]+', '[hidden]', 1, 'p')",
        "[hidden] plain A1234 [hidden]",
    ),
    (
        "REGEXP_REPLACE",
        "regexp_replace('passwd7 plain A1234 a1234', '(?=[^ ]*[a-z])(?=[^ ]*[0-9])[^ ]+', '[hidden]', 1, 'ip')",
        "[hidden] plain [hidden] [hidden]",
    ),
    ("REGEXP_SUBSTR", "regexp_substr('sed@lacusUtnec.ca', '@[^.]*')", "@lacusUtnec"),
    ("REGEXP_SUBSTR", "regexp_substr('the fox', 'FOX', 1, 1, 'i')", "fox"),
    (
        "REGEXP_SUBSTR",
        "regexp_substr('passwd7 plain A1234 a1234', '(?=[^ ]*[a-z])(?=[^ ]*[0-9])[^ ]+', 1, 2, 'ip')",
        "A1234",
    ),
    ("REGEXP_COUNT", "regexp_count('abcdefghijklmnopqrstuvwxyz', '[a-z]{3}')", 8),
    ("REGEXP_COUNT", "regexp_count('the fox', 'FOX', 1, 'i')", 1),
    ("REGEXP_INSTR", "regexp_instr('the fox', 'fox')", 5),
    ("JSON_EXTRACT_PATH_TEXT", """json_extract_path_text('{"f2":{"f3":1},"f4":{"f5":99,"f6":"star"}}','f4', 'f6')""",
     "star"),
    (
        "JSON_EXTRACT_PATH_TEXT",
        """json_extract_path_text('{"f2":{"f3":1},"f4":{"f5":99,"f6":"star"}','f4', 'f6',true)""",
        None,
    ),
    ("JSON_EXTRACT_PATH_TEXT", """json_extract_path_text('{"a":1}', 'b')""", ""),
    ("IS_VALID_JSON", """is_valid_json('{"a":2}')""", True),
    ("IS_VALID_JSON", """is_valid_json('{"a":2')""", False),
    ("r_CONCAT", "concat('December 25, ', '2008')", "December 25, 2008"),
    ("r_CONCAT", "concat('Thursday, ', concat('December 25, ', '2008'))", "Thursday, December 25, 2008"),
    ("r_CONCAT", "concat('Bellagio Hotel', concat(' seats ', nvl(null::int, 0)))", "Bellagio Hotel seats 0"),
    ("r_LEN", "len('français')", 8),
    ("r_OCTET_LENGTH", "octet_length('français')", 9),
    ("r_CHARINDEX", "charindex('fish', 'dogfish')", 4),
    ("r_CHARINDEX", "charindex('fish', 'DogFish')", 0),
    ("r_STRTOL", "strtol('0xf',16)", 15),
    ("r_STRTOL", "strtol('abcd1234',16)", 2882343476),
    ("r_STRTOL", "strtol('1234567', 8)", 342391),
    ("r_STRTOL", "strtol('110101', 2)", 53),
    ("r_BPCHARCMP", "bpcharcmp('a', 'a  ')", 0),
    ("r_DATE_CMP", "date_cmp('2008-01-01', '2008-01-04')", -1),
    (
        "r_DATE_CMP_TIMESTAMPTZ",
        "date_cmp_timestamptz('2008-06-18', cast('2008-01-24 06:43:29+00' as timestamptz))",
        1,
    ),
    ("r_TIMESTAMP_CMP_DATE", "timestamp_cmp_date('2008-01-24 06:43:29', '2008-06-18')", -1),
    ("r_TIMESTAMP_CMP_TIMESTAMPTZ", "timestamp_cmp_timestamptz('2008-01-24 06:43:29', '2008-01-24 06:43:29+00')", 0),
    ("r_TIMESTAMPTZ_CMP", "timestamptz_cmp('2008-02-18 02:36:48+00', '2008-01-24 06:43:29+00')", 1),
    ("r_TIMESTAMPTZ_CMP_TIMESTAMP", "timestamptz_cmp_timestamp('2008-01-24 06:43:29+00', '2008-02-18 02:36:48')", -1),
    ("r_INTERVAL_CMP", "interval_cmp('3 days','1 year')", -1),
    ("r_INTERVAL_CMP", "interval_cmp('7 days','1 week')", 0),
    ("r_TRUNC", "trunc(111.86)", Decimal(111)),
    ("r_DECODE_expression", "decode('NHL', 'NHL', 'National Hockey League', 'MLB', 'Major League Baseball', 'Unknown')",
     "National Hockey League"),
    ("r_DECODE_expression", "decode(null::int, null, 0, 1)", 0),
    ("r_DECODE_expression", "decode(20::int, null, 0, 1)", 1),
    ("r_DECODE_expression", "decode('2008-06-02', '2008-06-01', 'June 1st, 2008')", None),
    ("r_NVL2", "nvl2(null::varchar, 'email', '(906) 632-4407')", "(906) 632-4407"),
    ("r_NVL2", "nvl2('a', 'email', '(906) 632-4407')", "email"),
    ("r_NVL_function", "nvl(null, null, 12, null)", 12),
    ("r_CAST_function", "convert(integer, '12')", 12),
    ("r_TRY_CAST", "try_cast('123' as int)", 123),
    ("r_TRY_CAST", "try_cast('foo' as int)", None),
    ("r_TRY_CAST", "try_cast('1.5' as int)", None),
    ("r_TRY_CAST", "try_cast('99999999.99' as decimal(8,2))", None),
    ("r_TRY_CAST", "try_cast('12.5' as decimal(8,2))", Decimal("12.50")),
    ("r_TRY_CAST", "try_cast('2008-02-30' as date)", None),
    ("r_TRY_CAST", "try_cast('2008-02-28 10:11:12' as timestamp)", datetime(2008, 2, 28, 10, 11, 12)),
    ("r_TRY_CAST", "try_cast('abc' as varchar(2))", "ab"),
    ("r_DATE_TRUNC", "date_trunc('week', '2008-07-01'::date)", datetime(2008, 6, 30)),
]  # fmt: skip


@pytest.mark.parametrize(("page", "expression", "expected"), SCALARS, ids=[case[1][:60] for case in SCALARS])
def test_the_documentations_example(ask: Ask, page: str, expression: str, expected: object) -> None:
    assert ask(f"select {expression}") == [(expected,)], page


QUERIES = [
    # page, query, rows
    ("r_LISTAGG", "select listagg(sellerid) within group (order by dateid) from examples.winsales "
     "where salesid <> 10006",
     [("3114242333",)]),
    ("r_LISTAGG", "select listagg(dateid,'|') within group (order by sellerid desc,salesid asc) from examples.winsales "
     "where buyerid = 'b'", [("2003-08-02|2004-04-18|2004-04-18|2004-02-12",)]),
    ("r_LISTAGG", "select trim(buyerid), listagg(salesid,',') within group (order by salesid) as sales_id "
     "from examples.winsales group by buyerid order by buyerid",
     [("a", "10005,40001,40005"), ("b", "20001,30001,30003,30004"), ("c", "10001,10006,20002,30007")]),
    ("r_WF_LISTAGG", "select listagg(sellerid) within group (order by sellerid) over() from examples.winsales limit 1",
     [("11122333344",)]),
    ("r_WF_LISTAGG", "select listagg(distinct dateid,',') within group (order by sellerid desc,salesid asc) over () "
     "as dates from examples.winsales where buyerid = 'b'", [("2003-08-02,2004-04-18,2004-02-12",)] * 4),
    ("r_MEDIAN", "select median(qty), percentile_cont(0.5) within group (order by qty) from examples.winsales",
     [(Decimal("20.0"), Decimal("20.0"))]),
    ("r_WF_FIRST_VALUE", "select n, first_value(a) ignore nulls over (order by n rows between unbounded preceding and "
     "current row), last_value(a) ignore nulls over (order by n rows between unbounded preceding and current row) "
     "from (select 1 as n, null as a union all select 2, 'x' union all select 3, null union all select 4, 'y') as t "
     "order by n", [(1, None, None), (2, "x", "x"), (3, "x", "x"), (4, "x", "y")]),
    ("r_WF_LAG", "select n, lag(a) ignore nulls over (order by n), lead(a, 1) ignore nulls over (order by n) "
     "from (select 1 as n, 10 as a union all select 2, null union all select 3, 30 union all select 4, null) as t "
     "order by n", [(1, None, 30), (2, 10, 30), (3, 10, None), (4, 30, None)]),
    ("r_WF_MEDIAN", "select sellerid, qty, median(qty) over (partition by sellerid) from examples.winsales "
     "where sellerid in (1, 2) order by sellerid, qty",
     [(1, 10, Decimal("10.0")), (1, 10, Decimal("10.0")), (1, 30, Decimal("10.0")), (2, 20, Decimal("20.0")),
      (2, 20, Decimal("20.0"))]),
    ("r_WF_PERCENTILE_CONT", "select sellerid, qty, percentile_cont(0.5) within group (order by qty) over() as median "
     "from examples.winsales order by 1, 2 limit 1", [(1, 10, Decimal("20.0"))]),
    ("r_WF_PERCENTILE_DISC", "select distinct percentile_disc(0.25) within group (order by qty) over() "
     "from examples.winsales", [(Decimal(10),)]),
    ("r_WF_RATIO_TO_REPORT", "select sellerid, qty, ratio_to_report(qty) over (partition by sellerid) "
     "from examples.winsales where sellerid in (2, 4) order by 1, 2",
     [(2, 20, 0.5), (2, 20, 0.5), (4, 10, 0.2), (4, 40, 0.8)]),
    ("r_COUNT", "select approximate count(distinct sellerid) from examples.winsales", [(4,)]),
    ("r_SELECT_list", "select top 2 salesid from examples.winsales order by salesid", [(10001,), (10005,)]),
    ("r_UNION", "select sellerid from examples.winsales minus select 1 from examples.one order by 1",
     [(2,), (3,), (4,)]),
    ("r_AVG", "select avg(qty) from examples.winsales", [(19,)]),
    ("r_FROM_clause-pivot-unpivot-examples",
     "select partname, avg(price) from (select partname, price from examples.part) group by partname order by 1",
     [("prop", Decimal("10.33")), ("rudder", Decimal("2.71")), ("wing", Decimal("11.50"))]),
    ("r_FROM_clause-pivot-unpivot-examples",
     "SELECT * FROM (SELECT partname, price FROM examples.part) "
     "PIVOT (AVG(price) FOR partname IN ('prop', 'rudder', 'wing'))",
     [(Decimal("10.33"), Decimal("2.71"), Decimal("11.50"))]),
    ("r_FROM_clause-pivot-unpivot-examples",
     "SELECT * FROM (SELECT quality, manufacturer FROM examples.part) PIVOT (count(*) FOR quality IN (1, 2, NULL)) "
     "order by manufacturer",
     [("big parts co", 1, 1, 1), ("local parts co", 1, 1, 1), ("small parts co", 1, 0, 2)]),
    ("r_FROM_clause-pivot-unpivot-examples",
     "SELECT manufacturer, high_count, na_count FROM (SELECT quality, manufacturer FROM examples.part) "
     "PIVOT (count(*) AS count FOR quality IN (1 AS high, 2 AS low, NULL AS na)) order by 1",
     [("big parts co", 1, 1), ("local parts co", 1, 1), ("small parts co", 1, 2)]),
    ("r_FROM_clause-pivot-unpivot-examples",
     "SELECT * FROM (SELECT red, green, blue FROM examples.count_by_color) "
     "UNPIVOT (cnt FOR color IN (red, green, blue)) order by 1, 2",
     [("blue", 7), ("blue", 40), ("green", 20), ("green", 23), ("red", 10), ("red", 15), ("red", 35)]),
    ("r_FROM_clause-pivot-unpivot-examples",
     "SELECT * FROM (SELECT red, green, blue FROM examples.count_by_color) "
     "UNPIVOT INCLUDE NULLS (cnt FOR color IN (red, green, blue)) where color = 'green' order by cnt",
     [("green", 20), ("green", 23), ("green", None)]),
    ("r_FROM_clause-pivot-unpivot-examples",
     "SELECT * FROM examples.count_by_color UNPIVOT (cnt FOR color IN (red AS r, green AS g, blue AS b)) "
     "where quality = 'high' order by cnt",
     [("high", "b", 7), ("high", "r", 15), ("high", "g", 20)]),
    ("r_QUALIFY_clause",
     "SELECT * FROM examples.store_sales ss WHERE ss_sold_time > time '12:00:00' "
     "QUALIFY row_number() OVER (PARTITION BY ss_sold_date ORDER BY ss_sales_price DESC) <= 2 "
     "order by ss_item",
     [(date(2022, 1, 1), time(17), "Product 4", 1000.0), (date(2022, 1, 1), time(18), "Product 5", 30.0),
      (date(2022, 1, 2), time(16), "Product 7", 5.0)]),
    ("r_QUALIFY_clause",
     "SELECT * FROM examples.store_sales ss QUALIFY last_value(ss_item) OVER (PARTITION BY ss_sold_date "
     "ORDER BY ss_sold_time ASC ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) = ss_item order by 1",
     [(date(2022, 1, 1), time(18), "Product 5", 30.0), (date(2022, 1, 2), time(16), "Product 7", 5.0)]),
    ("r_EXCLUDE_list", "select * exclude (qty, qty_shipped, buyerid) from examples.winsales where salesid = 30007",
     [(30007, date(2004, 9, 7), 3)]),
    ("r_EXCLUDE_list", "select * exclude price from examples.part where partname = 'prop' and quality = 2",
     [("prop", "local parts co", 2)]),
    ("r_GROUP_BY_clause", "select sellerid, trim(buyerid), sum(qty) from examples.winsales group by all "
     "order by 1, 2 limit 2",
     [(1, "a", 30), (1, "c", 20)]),
    ("r_SELECT_list", "select qty * 2 as twice, twice + 1 as more from examples.winsales where salesid = 30001",
     [(20, 21)]),
    # A column of FROM comes before an alias of the list.
    ("r_SELECT_list", "select 100 as qty, qty + 1 as more from examples.winsales where salesid = 30001", [(100, 11)]),
]  # fmt: skip


@pytest.mark.parametrize(("page", "query", "expected"), QUERIES, ids=[case[1][:60] for case in QUERIES])
def test_the_documentations_query(ask: Ask, page: str, query: str, expected: list[tuple]) -> None:
    assert ask(query) == expected, page


# What Redshift computes otherwise than DuckDB or PostgreSQL, beyond tests/python/traps/traps.yml.
TRAPS = [
    ("whole numbers are divided without a rest", "select 7 / 2, -7 / 2", [(3, -3)]),
    ("avg of whole numbers is one", "select avg(qty), avg(qty::bigint), avg(qty::smallint) from examples.winsales",
     [(19, 19, 19)]),
    ("avg of whole numbers over a window is one",
     "select distinct avg(qty) over (partition by sellerid) from examples.winsales where sellerid = 3", [(18,)]),
    ("avg of decimals keeps their scale", "select avg(price) from examples.part where partname = 'rudder'",
     [(Decimal("2.71"),)]),
    ("bare numeric has no decimals", "select '2.5'::numeric, cast(2.4 as decimal)", [(Decimal(3), Decimal(2))]),
    ("NULL is first when descending", "select qty_shipped from examples.winsales order by qty_shipped desc limit 1",
     [(None,)]),
    ("NULL is first when descending, in a window too",
     "select first_value(qty_shipped) over (order by qty_shipped desc, salesid rows unbounded preceding) "
     "from examples.winsales limit 1", [(None,)]),
    ("NULL is last when ascending", "select qty_shipped from examples.winsales order by qty_shipped limit 1", [(10,)]),
    ("a backslash escapes in LIKE", "select 'a_b' like 'a\\\\_b', 'axb' like 'a\\\\_b'", [(True, False)]),
    ("a cast to varchar(n) cuts", "select 'abc'::varchar(2)", [("ab",)]),
    ("a cast to varchar(n) counts bytes", "select 'äöü'::varchar(3), octet_length('äöü'::varchar(5))", [("ä", 4)]),
    ("names are folded to lower case", 'select "MiXed" from (select 1 as MiXed) as t', [(1,)]),
    ("a cast to a bare varchar cuts at 256 bytes", "select len(repeat('a', 300)::varchar)", [(256,)]),
]  # fmt: skip


@pytest.mark.parametrize(("what", "query", "expected"), TRAPS, ids=[case[0] for case in TRAPS])
def test_trap(ask: Ask, what: str, query: str, expected: list[tuple]) -> None:
    assert ask(query) == expected, what


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("select 1.5 / 0", "division by zero"),
        ("select concat('a', 'b', 'c')", "concat"),
        ("select true::varchar", "boolean"),
        ("select (qty > 1)::varchar(5) from examples.winsales", "boolean"),
        ("select sum(9223372036854775807::bigint) from examples.winsales", "bigint out of range"),
        ("""select json_extract_path_text('{"f2":{"f3":1}','f2')""", "json"),
        ("select strtol('9', 8)", "base 8"),
    ],
)
def test_error(rehearsal: Rehearsal, query: str, message: str) -> None:
    assert message in rehearsal.error(query)


def test_sum_and_avg_of_whole_numbers_are_bigints(rehearsal: Rehearsal) -> None:
    rehearsal.run("create table examples.totals as select sum(qty) as s, sum(qty::bigint) as b, avg(qty) as a "
                  "from examples.winsales")  # fmt: skip
    assert rehearsal.run("select distinct data_type from information_schema.columns where table_name = 'totals'") == [
        ("bigint",)
    ]


def test_length_of_a_column_counts_bytes(rehearsal: Rehearsal) -> None:
    rehearsal.run("create table examples.short (value varchar(4))")
    rehearsal.run("insert into examples.short values ('ää'), ('ab    ')")
    assert rehearsal.run("select value, octet_length(value) from examples.short order by 1") == [("ab  ", 4), ("ää", 4)]
    assert "too long" in rehearsal.error("insert into examples.short values ('äöü')")
    assert "too long" in rehearsal.error("insert into examples.short select 'abcde' from examples.one")


def test_bare_types_of_columns_have_redshifts_defaults(rehearsal: Rehearsal) -> None:
    rehearsal.run(
        "create table examples.bare (a varchar, b numeric, c text, d char, e decimal, f varchar(max), g nvarchar)"
    )
    columns = rehearsal.run(
        "select character_maximum_length, numeric_precision, numeric_scale from information_schema.columns "
        "where table_schema = 'examples' and table_name = 'bare' order by ordinal_position"
    )
    assert columns == [
        (256, None, None), (None, 18, 0), (256, None, None), (1, None, None), (None, 18, 0), (65535, None, None),
        (256, None, None),
    ]  # fmt: skip


def test_getdate_and_sysdate_are_in_utc_and_have_no_zone(rehearsal: Rehearsal) -> None:
    ((now, in_transaction, without_fraction),) = rehearsal.run("select getdate(), sysdate, extract(ms from getdate())")
    assert abs((now - in_transaction).total_seconds()) < 5
    assert now.tzinfo is None and without_fraction == 0


@pytest.fixture(scope="module")
def behind_the_proxy(rehearsal: Rehearsal) -> Iterator[Connection]:
    """Connect as dbt to PostgreSQL without the proxy, whose refusals come before a function's permissions."""
    ((port,),) = rehearsal.run("show port")
    with closing(Postgres(rehearsal.host, int(port), "dbt").connect(rehearsal.database)) as connection:
        yield connection


@pytest.mark.parametrize(
    "call",
    [
        "gen_random_uuid()",
        "make_date(2020, 1, 1)",
        "array_agg(1)",
        "concat_ws(',', 'a', 'b')",
        "concat('a', 'b', 'c')",
        "to_json(1)",
        "string_to_array('a,b', ',')",
        "date_bin('1 day', now(), now())",
        "regexp_matches('a', 'a')",
    ],
)
def test_a_function_that_redshift_has_not_is_out_of_reach(behind_the_proxy: Connection, call: str) -> None:
    with behind_the_proxy.cursor() as cursor, pytest.raises(InsufficientPrivilege):
        cursor.execute(f"select {call}")


def test_columns_of_a_table_that_is_not_there_are_asked_for_by_name(rehearsal: Rehearsal) -> None:
    assert "cannot tell the columns" in rehearsal.error("select * exclude (a) from examples.nowhere")
