"""Redshift's words become PostgreSQL's, and what no rewrite names stays character by character as it was."""

from __future__ import annotations

import re

import pytest

from redshift_rehearsal.errors import REDSHIFT_DOCS, NotRehearsed, Refused
from redshift_rehearsal.lexer import text_of, tokens
from redshift_rehearsal.refusals.statement import Statement
from redshift_rehearsal.rewrites import EXPRESSION_REWRITES, QUERY_REWRITES
from redshift_rehearsal.rewrites import rewrite as rewrite_tokens
from redshift_rehearsal.translate import translate

COLUMNS = {
    "sales": ["salesid", "listid", "qtysold", "saletime"],
    "public.part": ["partname", "quality", "price"],
}


def rewrite(sql: str) -> str:
    """Rewrite what may also be refused: these rules do not ask."""
    parts = tokens(sql)
    return text_of(rewrite_tokens(parts, Statement(parts), COLUMNS.get))


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        # dateparts, sysdate
        ("select dateadd(month,18,'2008-02-28')", "select dateadd('month', 18, '2008-02-28'::timestamp)"),
        ("select DATEDIFF(qtr, a, b) from t", "select datediff('qtr', a, b) from t"),
        ("select datediff('day', a, dateadd(d, 1, b)) from t", "select datediff('day', a, dateadd('d', 1, b)) from t"),
        ("select extract(sec from micro) from s", "select rs.extract('sec', micro) from s"),
        ("select sysdate as now", "select sysdate() as now"),
        ("select dev.public.part.a.b from dev.public.part", "select dev.public.part.a['b'] from dev.public.part"),
        ("select public.part.a.b from public.part", "select public.part.a['b'] from public.part"),
        ("select t.sysdate, 1 as sysdate from t", "select t.sysdate, 1 as sysdate from t"),
        # conditions
        ("select nvl(a, nvl(b, 0))", "select coalesce(a, coalesce(b, 0))"),
        ("select nvl2(a, b, c)", "select (case when (a) is not null then b else c end)"),
        (
            "select decode(a, 1, 'x', null, 'y', 'z')",
            "select (case when (a) is not distinct from (1) then 'x' "
            "when (a) is not distinct from (null) then 'y' else 'z' end)",
        ),
        ("select decode(a, 1, 'x')", "select (case when (a) is not distinct from (1) then 'x' end)"),
        ("select decode('aGk=', 'base64')", "select decode('aGk=', 'base64')"),
        ("select mine.nvl2(a, b, c)", "select mine.nvl2(a, b, c)"),
        # casts and types
        ("select convert(int, a)", "select cast(a as int)"),
        ("select convert(varchar, a)", "select cast(a as varchar(256))"),
        ("select try_cast(a as int)", "select rs.try_integer((a)::text)"),
        (
            "select try_cast(a || ')' as decimal(8,2))",
            "select rs.try_numeric((a || ')')::text, 'numeric(8, 2)')::numeric(8, 2)",
        ),
        ("select a::varchar, b::varchar(3)", "select a::varchar(256), b::varchar(3)"),
        ("select cast(a as numeric), b::decimal(5)", "select cast(a as numeric(18,0)), b::decimal(5)"),
        ("select a::character varying", "select a::varchar(256)"),
        ("select a::varchar(max), max(b)", "select a::varchar(65535), max(b)"),
        ("select 1 as numeric, text from t", "select 1 as numeric, text from t"),
        (
            "create table s.t (text varchar, b numeric not null, c nvarchar(3))",
            "create table s.t (text varchar(256), b numeric(18,0) not null, c varchar(3))",
        ),
        ("alter table t add column a varchar", "alter table t add column a varchar(256)"),
        ("create table t as (select a text from u)", "create table t as (select a text from u)"),
        # aggregates and windows
        (
            "select listagg(a, ', ') within group (order by b desc) from t",
            "select string_agg(nullif((a)::text, ''), ', ' order by b desc)::varchar(65535) from t",
        ),
        (
            "select listagg(distinct a) within group (order by a) over (partition by b)",
            "select (rs.listagg_distinct(nullif((a)::text, ''), '') over (partition by b order by a "
            "rows between unbounded preceding and unbounded following))::varchar(65535)",
        ),
        (
            "select first_value(a) ignore nulls over (order by b), lag(a) ignore nulls over (order by b) from t",
            "select rs.first_not_null(a) over (order by b), "
            "rs.last_not_null(a) over (order by b rows between unbounded preceding and 1 preceding) from t",
        ),
        ("select lag(a, 2) respect nulls over (order by b)", "select lag(a, 2)  over (order by b)"),
        (
            "select lag(a, 2) ignore nulls over (order by b), lag(a) over (order by b)",
            "select rs.nth_not_null(a, -2) over (order by b rows between unbounded preceding and 1 preceding), "
            "lag(a) over (order by b)",
        ),
        # names and collations
        ("select t.returning, symmetric from t", 'select t."returning", "symmetric" from t'),
        ("select collate(a, 'ci'), b from t", "select (a), b from t"),
        ("create table t (a char(3) collate case_insensitive, b int)", "create table t (a char(3) , b int)"),
        (
            "select median(a) over (partition by b)",
            "select rs.percentile_cont(rs.sorted(a) over (partition by b), 0.5)",
        ),
        (
            "select percentile_disc(0.25) within group (order by a desc)",
            "select rs.percentile_disc_desc(rs.sorted(a), (0.25)::float8)",
        ),
        (
            "select ratio_to_report(a) over (partition by b)",
            "select ((a)::float8 / sum((a)::float8) over (partition by b))",
        ),
        ("select approximate count(distinct a)", "select count(distinct a)"),
        # queries
        ("select top 10 a from t order by 1", "select a from t order by 1 limit 10 "),
        (
            "select top 1 a from t union select top 2 b from u",
            "(select a from t limit 1) union (select b from u limit 2) ",
        ),
        ("select 1 minus select 2", "select 1 except select 2"),
        ("select minus, top from t", "select minus, top from t"),
        ("select a, sum(b), max(c) over () from t group by all", "select a, sum(b), max(c) over () from t group by 1"),
        ("select sum(b) from t group by all having 1 = 1", "select sum(b) from t  having 1 = 1"),
        (
            "select s.* exclude saletime, 1 as x from sales s",
            "select s.salesid, s.listid, s.qtysold, 1 as x from sales s",
        ),
        (
            "with t as (select 1 as a, 2 as b) select * exclude (a) from t",
            "with t as (select 1 as a, 2 as b) select t.b from t",
        ),
        (
            "select qtysold * 2 as x, x + 1 as y from sales",
            "select qtysold * 2 as x, (qtysold * 2) + 1 as y from sales",
        ),
        ("select trim(a) as a, a || 'x' as b from u", "select trim(a) as a, a || 'x' as b from u"),
        ("select 1 as listid, listid + 1 as y from sales", "select 1 as listid, listid + 1 as y from sales"),
        ("select 1 as x, x + 1 as y from unknown", "select 1 as x, x + 1 as y from unknown"),
        ("select 1 as x, t.x as y, 'x' as z from sales as t", "select 1 as x, t.x as y, 'x' as z from sales as t"),
        # names
        ('select "MiXed", \'"Text"\' from "T"', 'select "mixed", \'"Text"\' from "t"'),
    ],
)
def test_rewritten(sql: str, expected: str) -> None:
    assert rewrite(sql) == expected


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (
            "select * from t qualify row_number() over (partition by a order by b) = 1 limit 3",
            "select (rs_row_1_1).* from (select t as rs_row_1_1, (row_number() over (partition by a order by b) = 1) "
            "as rs_qualifies from t) as t where rs_qualifies limit 3",
        ),
        (
            "select a, rank() over (order by b) as place from t where c qualify place < 3",
            'select rs_column_1 as "a", rs_column_2 as "place" from (select a as rs_column_1, rank() over (order by b) '
            "as rs_column_2, ((rank() over (order by b)) < 3) as rs_qualifies from t where c) as t where rs_qualifies",
        ),
        (
            "select t.*, u.b from t join u on t.a = u.a qualify count(*) over () > 1",
            'select (rs_row_1_1).*, rs_column_2 as "b" from (select t as rs_row_1_1, u.b as rs_column_2, '
            "(count(*) over () > 1) as rs_qualifies from t join u on t.a = u.a) as rs_qualified where rs_qualifies",
        ),
        (
            "select * from public.part pivot (avg(price) for partname in ('prop', 'wing' as w)) as p",
            'select * from (select "quality", avg(case when "partname" = \'prop\' then price end) as "prop", '
            'avg(case when "partname" = \'wing\' then price end) as "w" from public.part group by "quality") as p',
        ),
        (
            "select * from (select red, green from c) unpivot (n for color in (red as r, green))",
            'select * from (select rs_turned."color", rs_turned."n" from (select red, green from c) as rs_source '
            "cross join lateral (values ('r'::varchar(256), red), ('green'::varchar(256), green)) "
            'as rs_turned ("color", "n") where rs_turned."n" is not null)',
        ),
    ],
)
def test_rewritten_query(sql: str, expected: str) -> None:
    assert " ".join(rewrite(sql).split()) == expected


@pytest.mark.parametrize(
    "sql",
    [
        "select dev.public.part.price from dev.public.part",
        "update dev.public.part set price = 1 from sales where dev.public.part.quality is null",
        "delete from dev.public.part where dev.public.part.quality is null",
        "merge into dev.public.part using sales on dev.public.part.price = sales.salesid "
        "when matched then delete when not matched then insert values (1, 'a', 2)",
        "select 'dateadd(month, 1, x)' as text -- nvl(a, b)\n from t /* top 10 minus select */",
        "selekt  a , b\tform t wher x = = 1",  # nobody's mistakes are repaired
        "select a from t group by a having count(*) > 1 order by a desc nulls last",
        "select case when a then 'qualify' end from t where b is not null",
        "insert into t (a, b) values ($1, $2)",
        "select 1 as a, 2 as b, a.c from a union all select 3, 4, 5 as c from b",
        "",
    ],
)
def test_what_no_rewrite_names_stays_as_it_is(sql: str) -> None:
    assert rewrite(sql) == sql


@pytest.mark.parametrize("sql", ["select * exclude (a) from nowhere", "select * from nowhere unpivot (a for b in (c))"])
def test_columns_that_nobody_knows_are_the_rehearsals_own_limit(sql: str) -> None:
    with pytest.raises(Refused, match="the stand-in cannot tell the columns of nowhere") as refused:
        rewrite(sql)
    assert refused.value.rule == "not rehearsed"


def test_every_rewrite_names_a_page_and_explains_itself() -> None:
    for entry in (*QUERY_REWRITES, *EXPRESSION_REWRITES):
        assert re.fullmatch(re.escape(REDSHIFT_DOCS) + r"[\w-]+\.html", entry.documentation), entry
        assert entry.apply.__doc__, entry


@pytest.mark.parametrize(
    "sql",
    [
        "create table t (a int, b hllsketch)",
        "create temp table t (shape geometry)",
        "alter table t add column place geography",
        "select cast(a as geometry) from t",
    ],
)
def test_types_that_are_not_rehearsed_are_named_wherever_they_stand(sql: str) -> None:
    with pytest.raises(NotRehearsed, match="not rehearsed: the type"):
        translate(sql)


def test_a_column_may_have_the_name_of_such_a_type() -> None:
    sql = "create table t as select geometry from shapes"
    assert translate(sql) == sql
