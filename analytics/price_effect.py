"""How orders go with price and with time to the event, by category, among the listings of the same event.

Popular events are dearer and sell better, so listings are compared within their event only. A listing that sells out
hides the orders that came too late, so its number of orders counts as "this many or more" (see censored_poisson).
What is found is an association: nobody set the prices at random.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.stats import norm

from analytics import censored_poisson
from scripts.core.sql import literal

TERMS = ("price", "lead_time", "ticket_count")
"""What orders are regressed on, each as a logarithm."""
PLACEBO = "shuffled_price"
"""The price of another listing of the same event, drawn by lot: it must show nothing."""

LEAST_EVENTS = 30
"""Standard errors that are clustered by event want some tens of events (Cameron and Miller 2015, Journal of Human
Resources 50); with fewer, no number is given."""
MOST_LISTINGS = 200_000
"""Listings of a category that are read, by whole events, so that memory has a bound at any scale."""

_SEED = 2008
_DIGITS = 6
_NAME = "price_effect_listings"  # of the view that DuckDB makes of the relation while a query is put together
_QUANTILE = 1.959964  # of the normal distribution, for 95 %

# Only listings that had their time: of events that were over when the last ticket of all was sold.
_LISTINGS = f"""
    select
        category_name,
        listing_id,
        event_id,
        ln(cast(price_per_ticket as double)) as price,
        ln(epoch(event_starts_at - listed_at) / 86400) as lead_time,
        ln(ticket_count) as ticket_count,
        cast(sale_count as double) as orders,
        is_sold_out,
    from {_NAME}
    where
        category_name is not null
        and price_per_ticket > 0
        and listed_at < event_starts_at
        and event_starts_at <= (select max(last_sold_at) from {_NAME})
"""

# Events in an order that is by lot and always the same, as many as fit.
_ONE_CATEGORY = f"""
    with
        usable as ({_LISTINGS}),
        events as (
            select
                event_id,
                sum(count(*)) over (order by md5(cast(event_id as varchar)), event_id) as listings_so_far,
            from usable
            where category_name = $category
            group by event_id
        )
    select usable.* exclude (category_name)
    from usable
    inner join events using (event_id)
    where category_name = $category and listings_so_far <= {{most}}
    order by listing_id
"""


@dataclass(frozen=True)
class Listings:
    """The listings of one category, an array per column: logarithms of the terms, orders, and whether it sold out."""

    regressors: NDArray[np.float64]
    orders: NDArray[np.float64]
    is_sold_out: NDArray[np.bool_]
    events: NDArray[np.int64]


def effects(listings: duckdb.DuckDBPyRelation) -> pa.Table:
    """Estimate every term of every category from fct_listings; a term without an estimate has a row that says why."""
    counted = listings.query(
        _NAME, f"select category_name, count(*) from {_NAME} where category_name is not null group by 1 order by 1"
    )
    rows = []
    for category, listed in counted.fetchall():
        rows += effects_of_category(category, listed, read(listings, category))
    return pa.Table.from_pylist(rows, schema=_schema())


def read(listings: duckdb.DuckDBPyRelation, category: str, most: int = MOST_LISTINGS) -> Listings:
    """Read the usable listings of a category, at most so many, in whole events."""
    sql = _ONE_CATEGORY.format(most=int(most)).replace("$category", literal(category))
    columns = listings.query(_NAME, sql).fetchnumpy()
    return Listings(
        regressors=np.column_stack([np.asarray(columns[term], dtype=np.float64) for term in TERMS]),
        orders=np.asarray(columns["orders"], dtype=np.float64),
        is_sold_out=np.asarray(columns["is_sold_out"], dtype=np.bool_),
        events=np.unique(np.asarray(columns["event_id"]), return_inverse=True)[1],
    )


def effects_of_category(category: str, listed: int, listings: Listings) -> list[dict[str, object]]:
    """Return the rows of a category: its terms, then the placebo; `listed` is how many listings it has in all."""
    placebo = shuffled_within_events(listings, _SEED)
    return [
        *_rows(category, listed, listings, TERMS, is_placebo=False),
        *_rows(category, listed, placebo, (PLACEBO,), is_placebo=True),
    ]


def shuffled_within_events(listings: Listings, seed: int) -> Listings:
    """Return the listings with the prices of each event shuffled among its listings."""
    lot = np.random.default_rng(seed).random(len(listings.events))
    regressors = listings.regressors.copy()
    by_event = np.argsort(listings.events, kind="stable")
    regressors[by_event, 0] = listings.regressors[np.lexsort((lot, listings.events)), 0]
    return Listings(regressors, listings.orders, listings.is_sold_out, listings.events)


def _rows(
    category: str, listed: int, listings: Listings, terms: tuple[str, ...], *, is_placebo: bool
) -> list[dict[str, object]]:
    """Fit once, and return a row for each of these terms, which are the first of the regressors."""
    told = np.zeros(0, dtype=np.bool_)
    if len(listings.events):
        told = censored_poisson.informative(listings.orders, listings.is_sold_out, listings.events)
    events = len(np.unique(listings.events[told]))
    row: dict[str, object] = {
        "category_name": category,
        "is_placebo": is_placebo,
        "listing_count": int(told.sum()),
        "left_out_listing_count": listed - int(told.sum()),
        "event_count": events,
    }
    try:
        if events < LEAST_EVENTS:
            raise censored_poisson.NoEstimateError(f"{events} events that tell something, {LEAST_EVENTS} are needed")
        fit = censored_poisson.fit(listings.orders, listings.regressors, listings.is_sold_out, listings.events)
    except censored_poisson.NoEstimateError as error:
        return [{**row, "term": term, "has_estimate": False, "reading": f"No estimate: {error}"} for term in terms]
    rows = []
    # Rounded, because the last digits depend on how many threads add up.
    for term, estimate, standard_error in zip(
        terms, fit.estimates.round(_DIGITS).tolist(), fit.standard_errors.round(_DIGITS).tolist(), strict=False
    ):
        change = 100 * (1.1**estimate - 1)
        rows.append(
            row
            | {
                "term": term,
                "has_estimate": True,
                "estimate": estimate,
                "standard_error": standard_error,
                "interval_low": estimate - _QUANTILE * standard_error,
                "interval_high": estimate + _QUANTILE * standard_error,
                "p_value": float(2 * norm.sf(abs(estimate) / standard_error)),
                "orders_change_percent": change,
                "reading": f"Association, not cause: with 10 % more {term.replace('_', ' ')}, "
                f"{abs(change):.1f} % {'more' if change > 0 else 'fewer'} orders",
            }
        )
    return rows


def _schema() -> pa.Schema:
    """Return the columns of rpt_price_effect."""
    doubles = ("estimate", "standard_error", "interval_low", "interval_high", "p_value", "orders_change_percent")
    return pa.schema(
        [
            ("category_name", pa.string()),
            ("term", pa.string()),
            ("is_placebo", pa.bool_()),
            ("has_estimate", pa.bool_()),
            *((name, pa.float64()) for name in doubles),
            ("listing_count", pa.int32()),
            ("left_out_listing_count", pa.int32()),
            ("event_count", pa.int32()),
            ("reading", pa.string()),
        ]
    )
