"""What rpt_price_effect says about a market of which the truth is known."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from analytics import price_effect

LISTINGS = """
    create table listings (
        category_name varchar, listing_id integer, event_id integer, price_per_ticket decimal(8, 2),
        ticket_count integer, sale_count integer, is_sold_out boolean, listed_at timestamp,
        event_starts_at timestamp, last_sold_at timestamp
    )
"""


@pytest.fixture
def warehouse() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(LISTINGS)
    return connection


def add(warehouse: duckdb.DuckDBPyConnection, category: str, events: int, elasticity: float, first: int = 0) -> None:
    """Add a category whose listings of one event get orders by price and lead, as long as there are tickets."""
    draw = np.random.default_rng(first + events)
    listing = first
    rows = []
    for event in range(first, first + events):
        popularity = draw.normal(0, 0.6)
        for _ in range(draw.integers(2, 40)):
            listing += 1
            markup, lead, tickets = draw.normal(0, 0.35), draw.integers(1, 100), int(draw.integers(1, 5))
            orders = draw.poisson(np.exp(popularity - elasticity * markup + 0.5 * np.log(lead / 30)))
            rows.append(
                (
                    category, listing, event, round(200 * np.exp(popularity / 2 + markup), 2), tickets,
                    int(min(orders, tickets)), bool(orders >= tickets), int(lead),
                )
            )  # fmt: skip
    names = ["category", "listing", "event", "price", "tickets", "sold", "is_sold_out", "lead"]
    warehouse.register("incoming", pa.table([pa.array(values) for values in zip(*rows, strict=True)], names=names))
    warehouse.execute(
        "insert into listings select category, listing, event, price, tickets, sold, is_sold_out,"
        " timestamp '2008-06-01' - to_days(lead::integer), timestamp '2008-06-01',"
        " if(sold > 0, timestamp '2008-06-01', null) from incoming"
    )


def by_term(warehouse: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], dict]:
    rows = price_effect.effects(warehouse.table("listings")).to_pylist()
    return {(row["category_name"], row["term"]): row for row in rows}


def test_the_elasticity_and_the_lead_are_recovered_and_the_placebo_shows_nothing(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    add(warehouse, "Pop", 150, elasticity=1.4)
    rows = by_term(warehouse)
    for term, truth in {"price": -1.4, "lead_time": 0.5, "ticket_count": 0.0, "shuffled_price": 0.0}.items():
        row = rows["Pop", term]
        assert abs(row["estimate"] - truth) < 3.5 * row["standard_error"], row
    assert rows["Pop", "price"]["p_value"] < 1e-6 < 0.0005 < rows["Pop", "shuffled_price"]["p_value"]
    assert rows["Pop", "price"]["orders_change_percent"] == pytest.approx(-12.5, abs=2)
    assert rows["Pop", "price"]["reading"].startswith("Association, not cause")


def test_a_category_with_few_events_says_so_and_keeps_its_rows(warehouse: duckdb.DuckDBPyConnection) -> None:
    add(warehouse, "Pop", 60, elasticity=1.4)
    add(warehouse, "Opera", 8, elasticity=0.7, first=10_000)
    rows = by_term(warehouse)
    assert rows["Pop", "price"]["has_estimate"]
    opera = [row for (category, _), row in rows.items() if category == "Opera"]
    assert len(opera) == 4
    assert all(row["estimate"] is None and "events" in row["reading"] for row in opera)


def test_listings_are_used_or_counted_as_left_out(warehouse: duckdb.DuckDBPyConnection) -> None:
    add(warehouse, "Pop", 60, elasticity=1.4)
    # Of an event still to come, and put up after the event.
    warehouse.execute(
        "insert into listings values"
        " ('Pop', 90001, 1, 10, 2, 0, false, '2008-06-02', '2008-06-01', null),"
        " ('Pop', 90002, 999, 10, 2, 0, false, '2008-06-01', '2008-09-01', null),"
        " ('Pop', 90003, 999, 20, 2, 0, false, '2008-06-01', '2008-09-01', null)"
    )
    (listed,) = warehouse.execute("select count(*) from listings").fetchone()
    row = by_term(warehouse)["Pop", "price"]
    assert row["listing_count"] + row["left_out_listing_count"] == listed
    assert row["left_out_listing_count"] >= 3


def test_no_listings_give_no_rows(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert price_effect.effects(warehouse.table("listings")).num_rows == 0


def test_at_most_so_many_listings_are_read_in_whole_events(warehouse: duckdb.DuckDBPyConnection) -> None:
    add(warehouse, "Pop", 60, elasticity=1.4)
    everything = price_effect.read(warehouse.table("listings"), "Pop")
    some = price_effect.read(warehouse.table("listings"), "Pop", most=400)
    assert 300 < len(some.events) <= 400
    sizes = set(np.bincount(everything.events).tolist())
    assert set(np.bincount(some.events).tolist()) <= sizes


def test_shuffling_keeps_the_prices_of_an_event_and_is_the_same_every_time(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    add(warehouse, "Pop", 60, elasticity=1.4)
    listings = price_effect.read(warehouse.table("listings"), "Pop")
    shuffled = price_effect.shuffled_within_events(listings, seed=1)
    again = price_effect.shuffled_within_events(listings, seed=1)
    np.testing.assert_array_equal(shuffled.regressors, again.regressors)
    assert (shuffled.regressors[:, 0] != listings.regressors[:, 0]).mean() > 0.8
    np.testing.assert_array_equal(shuffled.regressors[:, 1:], listings.regressors[:, 1:])
    for event in range(60):
        mine = listings.events == event
        assert sorted(shuffled.regressors[mine, 0]) == sorted(listings.regressors[mine, 0])


def test_the_same_rows_come_every_time(warehouse: duckdb.DuckDBPyConnection) -> None:
    add(warehouse, "Pop", 60, elasticity=1.4)
    first, second = (price_effect.effects(warehouse.table("listings")) for _ in range(2))
    assert first.equals(second)
