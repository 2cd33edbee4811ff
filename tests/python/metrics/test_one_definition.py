"""The marts and analyses that add up sales hold what the metrics give: one number has one definition."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from tests.python.metrics.conftest import Ask
from tests.python.project.manifest import nodes

MONEY = ("sales", "tickets", "revenue", "commission")

# A mart -> its columns, the metrics, what both are by.
MARTS = {
    "rpt_daily_sales": ("sold_date, sale_count, tickets_sold, revenue, commission", MONEY, ("day",)),
    "rpt_daily_sales_by_category": (
        "sold_date, category_group, category_name, sale_count, tickets_sold, revenue, commission",
        MONEY,
        ("day", "category_group", "category_name"),
    ),
    "rpt_daily_sales_by_venue": (
        "sold_date, venue_id, sale_count, tickets_sold, revenue, commission",
        MONEY,
        ("day", "venue_id"),
    ),
    "rpt_monthly_sales_by_seller": (
        "month_start_date, seller_id, sale_count, tickets_sold, revenue, commission, earnings",
        (*MONEY, "earnings"),
        ("month", "seller_id"),
    ),
}


@pytest.mark.parametrize("mart", MARTS)
def test_mart_holds_the_metrics(ask: Ask, marts: duckdb.DuckDBPyConnection, mart: str) -> None:
    columns, metrics, by = MARTS[mart]
    order = ", ".join(f"{place} nulls last" for place in range(1, len(by) + 1))
    built = marts.execute(f"select {columns} from {mart} order by {order}").fetchall()
    assert built
    assert built == ask(*metrics, by=by)


def test_users_hold_the_metrics(ask: Ask, marts: duckdb.DuckDBPyConnection) -> None:
    for role, columns, metrics in (
        ("seller", "sale_count, tickets_sold, amount_earned", ("sales", "tickets", "earnings")),
        ("buyer", "purchase_count, tickets_bought, amount_spent", ("sales", "tickets", "revenue")),
    ):
        first = columns.partition(",")[0]
        built = marts.execute(f"select user_id, {columns} from dim_users where {first} > 0 order by 1").fetchall()
        known = ask(*metrics, by=(f"{role}_id",), where=f"{role}_username is not null")
        assert built
        assert built == known


def test_listings_hold_the_metrics(ask: Ask, marts: duckdb.DuckDBPyConnection) -> None:
    built = marts.execute(
        "select category_name, sum(quantity_sold), sum(sell_through_percent * ticket_count) / sum(ticket_count) "
        "from fct_listings group by all order by 1 nulls last"
    ).fetchall()
    asked = ask("listed_tickets_sold", "sell_through", by=("category_name",))
    # Each listing's percentage is rounded to two decimals.
    assert built == [(name, sold, pytest.approx(100 * share, abs=0.01)) for name, sold, share in asked]


@pytest.fixture(scope="module")
def analyses(ci_manifest: dict[str, Any]) -> dict[str, str]:
    """Return the SQL of each analysis by name."""
    return {analysis["name"]: analysis["compiled_code"] for analysis in nodes(ci_manifest, "analysis")}


@pytest.mark.parametrize(
    ("name", "by", "order"),
    [
        ("monthly_sales", ("month",), ()),
        ("sales_by_category", ("category_group", "category_name"), ("-revenue",)),
    ],
)
def test_analysis_shows_the_metrics(
    analyses: dict[str, str], ask: Ask, marts: duckdb.DuckDBPyConnection, name: str, by: tuple[str, ...], order: tuple
) -> None:
    shown = marts.execute(analyses[name])
    columns, rows = [column[0] for column in shown.description], shown.fetchall()
    assert columns[len(by) :] == [
        *("sale_count", "tickets_sold", "revenue", "commission", "earnings"),
        *("average_ticket_price", "average_order_value"),
    ]
    metrics = (*MONEY, "earnings", "average_ticket_price", "average_order_value")
    asked = ask(*metrics, by=by, order=order)
    # An analysis rounds its averages to cents.
    averages = [(*row[:-2], *(pytest.approx(average, abs=0.005001) for average in row[-2:])) for row in asked]
    assert [(*row[:-2], *map(float, row[-2:])) for row in rows] == averages


def test_top_events_have_the_revenue_of_the_metric(
    analyses: dict[str, str], ask: Ask, marts: duckdb.DuckDBPyConnection
) -> None:
    shown = marts.execute(f"select event_id, revenue, tickets_sold from ({analyses['top_grossing_events']})").fetchall()
    assert shown
    best = ask("revenue", "tickets", by=("event_id",), order=("-revenue",), limit=len(shown))
    assert shown == best


def test_top_sellers_have_the_earnings_of_the_metric(
    analyses: dict[str, str], ask: Ask, marts: duckdb.DuckDBPyConnection
) -> None:
    shown = marts.execute(f"select user_id, amount_earned, tickets_sold from ({analyses['top_sellers']})").fetchall()
    assert shown
    where = "seller_username is not null"
    assert shown == ask("earnings", "tickets", by=("seller_id",), where=where, order=("-earnings",), limit=len(shown))
