"""Hand the generator's truth and words to DuckDB: variables for single numbers and lists, small tables for the rest."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate

import duckdb

from scripts.lake.synthetic import truth, words

_START_HOURS = (14.0, 15.0, 19.0, 19.0, 19.5, 19.5, 20.0, 20.0, 20.5)


def set_variables(market: duckdb.DuckDBPyConnection, scale: float, seed: int, rows: dict[str, int]) -> None:
    """Set every variable that the SQL steps read, for a lake with these rows by table."""
    users, tastes = rows["user"], len(truth.TASTES)
    stride = _coprime(users, near=users * 0.618)
    variables = {
        "seed": seed,
        "revenue": truth.REVENUE * scale,
        "users": users,
        "venues": rows["venue"],
        "events": rows["event"],
        "listings": rows["listing"],
        "sales": rows["sale"],
        # Buyers come in whole blocks of as many as there are tastes, so that each taste has as many.
        "buyers": max(2 * tastes, round(users * truth.BUYERS) // tastes * tastes),
        "sellers": max(2, round(users * truth.SELLERS)),
        "stride": stride,
        "unstride": pow(stride, -1, users),
        "shift": seed % users,
        "seller_stride": _coprime(users, near=users * 0.382),
        "cities": len(words.CITIES),
        "first_names": len(words.FIRST_NAMES),
        "last_names": len(words.LAST_NAMES),
        "venue_names": len(words.VENUE_NAMES),
        "venue_classes": len(truth.VENUE_CLASSES),
        "start_times": [round(hour * 3600) for hour in _START_HOURS],
        "tastes": list(truth.TASTES),
        "act_spread": truth.ACT_SPREAD,
        "event_spread": truth.EVENT_SPREAD,
        "weekend_popularity": truth.WEEKEND_POPULARITY,
        "popularity_listings": truth.POPULARITY_LISTINGS,
        "popularity_demand": truth.POPULARITY_DEMAND,
        "popularity_price": truth.POPULARITY_PRICE,
        "price_spread": truth.PRICE_SPREAD,
        "least_price": truth.PRICE_RANGE[0],
        "most_price": truth.PRICE_RANGE[1],
        "longest_lead_days": truth.LONGEST_LEAD_DAYS,
        "lead_skew": truth.LEAD_SKEW,
        "orders_per_listing": truth.ORDERS_PER_LISTING,
        "closeness_floor": truth.CLOSENESS_FLOOR,
        "closeness_days": truth.CLOSENESS_DAYS,
        "day_shock": truth.DAY_SHOCK,
        "holiday_factor": truth.HOLIDAY_FACTOR,
        "commission_rate": truth.COMMISSION_RATE,
        "buyer_skew": truth.BUYER_SKEW,
        "seller_skew": truth.SELLER_SKEW,
        "loyalty": truth.LOYALTY,
        "answered": truth.ANSWERED,
        **{like: [chance[catid] for catid in truth.TASTES] for like, chance in truth.LIKES.items()},
    }
    for name, value in variables.items():
        set_variable(market, name, value)


def set_variable(market: duckdb.DuckDBPyConnection, name: str, value: object) -> None:
    """Set one variable, which SQL reads with getvariable()."""
    market.execute(f"set variable {name} = $1", [value])


def load_tables(market: duckdb.DuckDBPyConnection) -> None:
    """Create the small tables of parameters and words that the SQL steps join."""
    _table(market, "category", ("catid", "catgroup", "catname", "catdesc"), words.CATEGORIES)
    _table(market, "holiday", ("caldate",), [(day,) for day in truth.HOLIDAYS])
    share_to = list(accumulate(category.share for category in truth.CATEGORIES))
    _table(
        market,
        "category_market",
        ("catid", "share_from", "share_to", "base_price", "elasticity", "venue_classes", "acts", "places"),
        [
            (
                category.catid,
                to - category.share,
                to,
                category.price,
                category.elasticity,
                list(category.venues),
                len(words.ACTS[category.catid]),
                [place for place, catid in enumerate(truth.TASTES) if catid == category.catid],
            )
            for category, to in zip(truth.CATEGORIES, share_to, strict=True)
        ],
    )
    for name, column, factors in (
        ("month_factor", "month", lambda category: category.months),
        ("weekday_factor", "weekday", lambda category: category.weekdays),
        ("event_month_factor", "month", lambda category: category.event_months),
    ):
        _table(
            market,
            name,
            ("catid", column, "factor"),
            [(c.catid, number, factor) for c in truth.CATEGORIES for number, factor in enumerate(factors(c), start=1)],
        )
    _table(market, "event_weekday_factor", ("weekday", "factor"), list(enumerate(truth.EVENT_WEEKDAYS, start=1)))
    _table(
        market,
        "anomaly",
        ("catid", "caldate", "factor"),
        [(catid, anomaly.day, anomaly.factor) for anomaly in truth.ANOMALIES for catid in anomaly.catids],
    )
    _table(market, "ticket_slot", ("ticket_number", "numtickets"), _slots(truth.TICKETS))
    _table(market, "quantity_slot", ("quantity_number", "wanted"), _slots(truth.QUANTITIES))
    _table(
        market,
        "venue_class",
        ("class", "least_seats", "most_seats", "price", "kinds"),
        [
            (number, *venue.seats, venue.price, list(kinds))
            for number, (venue, kinds) in enumerate(zip(truth.VENUE_CLASSES, words.VENUE_KINDS, strict=True))
        ],
    )
    _table(
        market,
        "act",
        ("catid", "act_number", "name"),
        [(catid, number, name) for catid, acts in words.ACTS.items() for number, name in enumerate(acts, start=1)],
    )
    _table(
        market,
        "city",
        ("number", "name", "state"),
        [(number, city, state) for number, (city, state) in enumerate(words.CITIES, start=1)],
    )
    for name, texts in (
        ("first_name", words.FIRST_NAMES),
        ("last_name", words.LAST_NAMES),
        ("venue_name", words.VENUE_NAMES),
    ):
        _table(market, name, ("number", "name"), list(enumerate(texts, start=1)))


def _slots(shares: dict[int, float]) -> list[tuple[int, int]]:
    """Spread values over the numbers 1 to 1,000 by their share; raise ValueError if the shares do not fill them."""
    values = [value for value, share in shares.items() for _ in range(round(share * 1000))]
    if len(values) != 1000:
        raise ValueError(f"shares sum to {len(values) / 1000}, not 1")
    return list(enumerate(values, start=1))


def _table(
    market: duckdb.DuckDBPyConnection, name: str, columns: Sequence[str], rows: Sequence[tuple[object, ...]]
) -> None:
    """Create a table from rows of Python values; DuckDB takes the columns' types from the values."""
    selected = ", ".join(f"unnest(${n}) as {column}" for n, column in enumerate(columns, start=1))
    market.execute(f"create table {name} as select {selected}", [list(values) for values in zip(*rows, strict=True)])


def _coprime(number: int, near: float) -> int:
    """Return a whole number close to ``near`` that has no divisor in common with ``number``."""
    candidate = max(1, round(near))
    while math.gcd(candidate, number) != 1:
        candidate += 1
    return candidate
