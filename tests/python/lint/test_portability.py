"""The lint that bans what the engines compute differently finds it, and nothing else."""

from __future__ import annotations

import pytest

from scripts.lint.portability import SEMANTICS, check, check_metrics
from tests.python.dbt_project import ROOT


@pytest.mark.parametrize(
    ("sql", "advice"),
    [
        ("select a / b from t", "divide"),
        ("select a % 2 from t", "divide"),
        ("select AVG (a) from t", "sum(x)"),
        ("select cast(a as numeric) from t", "bare numeric"),
        ("select a::varchar from t", "bare varchar"),
        ("select cast(a as text) from t", "text is not the same type"),
        ("select a from t order by a desc", "nulls last"),
        ("select row_number() over (order by a DESC) from t", "nulls last"),
        ("select a from t where a like '%x%'", "escape"),
        ("select a from t where a similar to '%x%'", "matches"),
        ("select list_distinct(a) from t", "list_distinct() is not on the list"),
        ("select strftime(a, '%Y') from t", "strftime() is not on the list"),
        ("select sum(a) filter (where b) from t", "filter() is not on the list"),
        ("select a from (values (1)) as t", "values() is not on the list"),
        ("select sum(a) over (order by b) from t", "needs a frame"),
        ("select sum(coalesce(a, 0)) over (partition by c order by b) from t", "needs a frame"),
    ],
)
def test_what_is_not_portable_is_found(sql: str, advice: str) -> None:
    problems = list(check(f"-- one row is a test\n{sql}"))
    assert len(problems) == 1
    line, message = problems[0]
    assert line == 2
    assert advice in message


@pytest.mark.parametrize(
    "sql",
    [
        "select {{ divide('a', 'b') }} from {{ ref('t') }}",
        "-- a / b and avg(x)\nselect 'a / b desc' as text_value from t",
        "{# avg(x) / 2 #}\nselect cast(a as decimal(8, 2)) from t order by a desc nulls last",
        "select sum(a) over (partition by c) from t",
        "select cast(a as double precision) from t",
        "select sum(a) over (order by b rows between unbounded preceding and current row) from t",
        "with x as (select 1 as a) select count(*) from x where a in (1, 2) and exists (select 1)",
    ],
)
def test_what_is_portable_passes(sql: str) -> None:
    assert list(check(sql)) == []


@pytest.mark.parametrize(
    ("written", "advice"),
    [
        ("- {name: m, agg: sum, expr: price / quantity}", "a metric of type ratio"),
        ("- {name: m, agg: sum, expr: avg(price)}", "a metric of type ratio"),
        ("- {name: m, agg: sum, expr: list_sum(prices)}", "list_sum() is not on the list"),
        ("- {name: m, agg: average, expr: price}", "cast it to double precision"),
        ("- {name: m, agg: average}", "cast it to double precision"),
        ("- {name: m, agg: median, expr: price}", "median is computed differently"),
        ("- {name: m, type: derived, type_params: {expr: a / b, metrics: [a, b]}}", "a metric of type ratio"),
        ("- {name: m, type: conversion}", "at random"),
        ("- {name: m, type: cumulative, type_params: {measure: a, cumulative_type_params: {}}}", "period_agg: last"),
        ("- {name: m, type: cumulative, type_params: {measure: a}}", "period_agg: last"),
        ("- {name: m, filter: \"{{ Dimension('a__b') }} like '%x'\"}", "escape"),
        ("- {name: m, type_params: {numerator: {name: a, filter: [cast(b as text) = 'x']}}}", "text is not the same"),
        ("- {name: q, query_params: {where: [\"{{ Dimension('a__b') }} % 2 = 0\"]}}", "a metric of type ratio"),
    ],
)
def test_what_is_not_portable_in_a_metric_is_found(written: str, advice: str) -> None:
    ((line, message),) = check_metrics(f"metrics:\n  {written}\n")
    assert line == 2
    assert advice in message


@pytest.mark.parametrize(
    "written",
    [
        "- {name: m, agg: average, expr: cast(days as double precision)}",
        "- {name: m, agg: sum, expr: case when a <= 30 then 1 else 0 end}",
        "- {name: m, description: a / b of all, avg(x)}",
        "- {name: m, filter: \"{{ TimeDimension('a__b', 'day') }} is not null\"}",
    ],
)
def test_what_is_portable_in_a_metric_passes(written: str) -> None:
    assert list(check_metrics(f"metrics:\n  {written}\n")) == []


def test_the_metrics_of_the_project_are_read() -> None:
    files = list((ROOT / SEMANTICS).rglob("*.yml"))
    assert len(files) > 5
    assert [(file.name, *found) for file in files for found in check_metrics(file.read_text(encoding="utf-8"))] == []
