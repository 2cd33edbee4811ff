"""Every metric is what SQL written by hand gives on the same warehouse, by whatever it is asked."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from scripts.metrics.semantics import Kind, Question, Semantics
from tests.python.conftest import Warehouse
from tests.python.metrics.by_month import BY_MONTH, BY_WEEK
from tests.python.metrics.conftest import Ask

UNITS = {"USD", "tickets", "sales", "listings", "users", "days", "share"}


def _equal(found: list[tuple[Any, ...]], expected: list[tuple[Any, ...]]) -> bool:
    """Compare rows of a period and a value; quotients of DuckDB and of MetricFlow may differ in the last digit."""
    assert found
    pairs = [(_period(period), float(value)) for period, value in found if value is not None]
    wanted = [(_period(period), float(value)) for period, value in expected if value is not None]
    assert pairs == [(period, pytest.approx(value, rel=1e-12)) for period, value in wanted]
    return True


def _period(day: Any) -> str:
    return str(day)[:10]


def test_every_metric_has_sql_written_by_hand(semantics: Semantics) -> None:
    assert sorted({*BY_MONTH, *BY_WEEK}) == sorted(semantics.metrics)
    assert len(semantics.metrics) >= 20


@pytest.mark.parametrize("name", BY_MONTH)
def test_metric_by_month_is_what_hand_written_sql_gives(ask: Ask, marts: duckdb.DuckDBPyConnection, name: str) -> None:
    expected = marts.execute(f"select * from ({BY_MONTH[name]}) order by 1").fetchall()
    assert _equal(ask(name, by=("month",)), expected)


@pytest.mark.parametrize("name", BY_WEEK)
def test_metric_by_week_is_what_hand_written_sql_gives(ask: Ask, marts: duckdb.DuckDBPyConnection, name: str) -> None:
    expected = marts.execute(f"select * from ({BY_WEEK[name]}) order by 1").fetchall()
    assert _equal(ask(name, by=("week",)), expected)


def test_money_has_all_its_cents(ask: Ask, marts: duckdb.DuckDBPyConnection) -> None:
    ((revenue,),) = ask("revenue")
    assert isinstance(revenue, Decimal)
    assert (revenue,) == marts.execute("select sum(price_paid) from fct_sales").fetchone()


def test_month_to_date_begins_again_each_month(ask: Ask, marts: duckdb.DuckDBPyConnection) -> None:
    by_hand = marts.execute(
        "select day, sum(revenue) over (partition by date_trunc('month', day) order by day) from ("
        "select sold_date as day, sum(price_paid) as revenue from fct_sales group by all) order by 1"
    ).fetchall()
    found = dict(ask("revenue_month_to_date", by=("day",)))
    assert {day: found[day] for day, _ in by_hand} == dict(by_hand)


@pytest.fixture
def with_unknown_keys(warehouse: Warehouse, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Add a sale and a listing whose event and users are not known, to a copy of the warehouse under its name."""
    with duckdb.connect(str(shutil.copy(warehouse.path, tmp_path / warehouse.path.name))) as connection:
        unknown = (
            "event_id: 999999, seller_id: 888888, event_name: null, category_group: null, category_name: null, "
            "venue_name: null, venue_city: null, venue_state_code: null, seller_username: null"
        )
        for table, more in (("fct_sales", ", buyer_id: 777777, buyer_username: null"), ("fct_listings", "")):
            values = ", ".join(
                f"{value} as {name}" for name, value in (pair.split(": ") for pair in (unknown + more).split(", "))
            )
            connection.execute(
                f"insert into tickit_sales.{table} select * replace ({values}) from tickit_sales.{table} limit 1"
            )
        yield connection


def test_no_row_is_lost_by_what_it_is_grouped_by(
    semantics: Semantics, with_unknown_keys: duckdb.DuckDBPyConnection
) -> None:
    """Sales and listings of an unknown event, venue or user stay, under an empty name."""
    for metric, table in (("sales", "fct_sales"), ("listings", "fct_listings")):
        total = with_unknown_keys.execute(f"select count(*) from tickit_sales.{table}").fetchone()
        sums = {
            name: with_unknown_keys.execute(
                f"select sum({metric}) from ({semantics.query(Question((metric,), (name,))).sql})"
            ).fetchone()
            for name in semantics.dimensions_of([metric])
        }
        assert len(sums) > 20
        assert {name: found for name, found in sums.items() if found != total} == {}
    sql = semantics.query(Question(("sales", "listings"), ("category_name", "venue_id"))).sql
    assert with_unknown_keys.execute(f"from ({sql}) where category_name is null").fetchall() == [(None, None, 1, 1)]


def test_an_unknown_user_is_no_buyer(
    semantics: Semantics, ask: Ask, with_unknown_keys: duckdb.DuckDBPyConnection
) -> None:
    """Else the user would come back without ever having bought for the first time."""
    question = Question(("buyers", "new_buyers", "returning_buyers"), ("year",))
    (counted,) = with_unknown_keys.execute(semantics.query(question).sql).fetchall()
    assert [counted] == ask(*question.metrics, by=question.by)


def test_a_filter_counts_what_it_names(ask: Ask, marts: duckdb.DuckDBPyConnection) -> None:
    found = ask(
        "sales",
        by=("venue_id", "category_name"),
        where="(venue_state_code in ('NV', 'CA') or venue_region = 'South') and not month < '2008-03' "
        "and not event_is_on_weekend and days_before_event between 3 and 100",
    )
    expected = marts.execute(
        "select venue.venue_id, event.category_name, count(*) from fct_sales as sale "
        "join dim_events as event using (event_id) join dim_venues as venue using (venue_id) "
        "where (venue.state_code in ('NV', 'CA') or venue.region = 'South') and sale.sold_at >= '2008-03-01' "
        "and dayofweek(event.starts_at) not in (0, 6) and datediff('day', sale.sold_at, event.starts_at) "
        "between 3 and 100 group by all order by all"
    ).fetchall()
    assert found == expected
    assert len(found) > 5


def test_growth_of_one_month_needs_the_month_before(ask: Ask) -> None:
    """A filter on the month chooses what is shown; the month before is still there to compare with."""
    months = dict(ask("revenue_growth_on_month", by=("month",)))
    ((month, growth),) = ask("revenue_growth_on_month", by=("month",), where="month = '2008-11'")
    assert growth is not None
    assert growth == months[month]


def test_order_and_limit(ask: Ask, marts: duckdb.DuckDBPyConnection) -> None:
    found = ask("tickets_unsold", by=("seller_id",), order=("-tickets_unsold",), limit=5)
    assert (
        found
        == marts.execute(
            "select seller_id, sum(greatest(ticket_count - quantity_sold, 0)) from fct_listings "
            "group by all order by 2 desc, 1 limit 5"
        ).fetchall()
    )


def test_every_metric_says_what_its_number_means(semantics: Semantics) -> None:
    silent = [
        metric.name
        for metric in semantics.metrics.values()
        if not (metric.description.endswith(".") and metric.label and metric.owner and metric.unit in UNITS)
    ]
    assert silent == []


def test_every_dimension_is_described(semantics: Semantics) -> None:
    assert [each.name for each in semantics.dimensions.values() if not each.description.endswith(".")] == []


def test_a_name_of_a_dimension_means_one_thing(semantics: Semantics) -> None:
    """Short names are the last part of MetricFlow's: two models that share one would hide one of the two."""
    paths: dict[str, set[tuple[str, ...]]] = {}
    for metric in semantics.metrics:
        for name, dimension in semantics.dimensions_of([metric]).items():
            last = dimension.path[-1:] if dimension.kind is Kind.KEY else dimension.path[-2:]
            paths.setdefault(name, set()).add(last)
    assert {name: found for name, found in paths.items() if len(found) > 1} == {}


def test_every_saved_query_answers(semantics: Semantics, marts: duckdb.DuckDBPyConnection) -> None:
    assert len(semantics.saved_queries) >= 8
    for name, saved in semantics.saved_queries.items():
        query = semantics.query(Question(saved=name))
        assert saved.description.endswith("?")
        assert query.by
        assert marts.execute(query.sql).fetchall(), name


def test_the_time_spine_has_every_day_of_the_declared_months(warehouse: Warehouse) -> None:
    with warehouse.connect() as connection:
        found = connection.execute(
            "select min(date_day), max(date_day), count(distinct date_day) from tickit_semantics.time_spine_daily"
        ).fetchone()
    assert tuple(map(str, found or ())) == ("2008-01-01", "2008-12-31", "366")
