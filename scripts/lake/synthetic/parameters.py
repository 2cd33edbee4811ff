"""Hand the generator's truth and words to DuckDB: variables for single numbers and lists, small tables for the rest."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from itertools import accumulate, pairwise

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
        "trade_head": truth.TRADE_HEAD,
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
    categories = truth.CATEGORIES
    months = range(1, 13)
    weekdays = range(1, 8)
    bounds = [0.0, *accumulate(category.share for category in categories[:-1]), 1.0]
    tables: dict[str, tuple[str, Iterable[tuple[object, ...]]]] = {
        "category": ("catid integer, catgroup varchar, catname varchar, catdesc varchar", words.CATEGORIES),
        "category_market": (
            "catid integer, share_from double, share_to double, base_price double, elasticity double, "
            "venue_classes integer[], acts integer, places integer[]",
            (
                (c.catid, *share, c.price, c.elasticity, c.venues, len(words.ACTS[c.catid]), _places(c.catid))
                for c, share in zip(categories, pairwise(bounds), strict=True)
            ),
        ),
        "month_factor": (
            "catid integer, month integer, factor double",
            ((c.catid, *factor) for c in categories for factor in zip(months, c.months, strict=True)),
        ),
        "weekday_factor": (
            "catid integer, weekday integer, factor double",
            ((c.catid, *factor) for c in categories for factor in zip(weekdays, c.weekdays, strict=True)),
        ),
        "event_month_factor": (
            "catid integer, month integer, factor double",
            ((c.catid, *factor) for c in categories for factor in zip(months, c.event_months, strict=True)),
        ),
        "event_weekday_factor": (
            "weekday integer, factor double",
            zip(weekdays, truth.EVENT_WEEKDAYS, strict=True),
        ),
        "holiday": ("caldate date", ((day,) for day in truth.HOLIDAYS)),
        "anomaly": (
            "catid integer, caldate date, factor double",
            ((catid, anomaly.day, anomaly.factor) for anomaly in truth.ANOMALIES for catid in anomaly.catids),
        ),
        "ticket_slot": ("ticket_number integer, numtickets integer", _slots(truth.TICKETS)),
        "quantity_slot": ("quantity_number integer, wanted integer", _slots(truth.QUANTITIES)),
        "venue_class": (
            "class integer, least_seats integer, most_seats integer, price double, kinds varchar[]",
            (
                (number, *venue.seats, venue.price, kinds)
                for number, (venue, kinds) in enumerate(zip(truth.VENUE_CLASSES, words.VENUE_KINDS, strict=True))
            ),
        ),
        "act": (
            "catid integer, act_number integer, name varchar",
            ((catid, *act) for catid, acts in words.ACTS.items() for act in enumerate(acts, start=1)),
        ),
        "city": (
            "number integer, name varchar, state varchar",
            ((number, *city) for number, city in enumerate(words.CITIES, start=1)),
        ),
        "first_name": ("number integer, name varchar", enumerate(words.FIRST_NAMES, start=1)),
        "last_name": ("number integer, name varchar", enumerate(words.LAST_NAMES, start=1)),
        "venue_name": ("number integer, name varchar", enumerate(words.VENUE_NAMES, start=1)),
    }
    for name, (columns, rows) in tables.items():
        _create_table(market, name, columns, rows)


def _create_table(
    market: duckdb.DuckDBPyConnection, name: str, columns: str, rows: Iterable[tuple[object, ...]]
) -> None:
    """Create a table of a few hundred rows from Python values.

    They go as JSON, because DuckDB takes a parameter that is a list of a thousand values in a quarter of a second.
    """
    types = dict(column.split() for column in columns.split(", "))
    records = json.dumps([dict(zip(types, row, strict=True)) for row in rows], default=str)
    market.execute(
        f"create table {name} as select unnest(from_json($1, $2), max_depth := 2)", [records, json.dumps([types])]
    )


def _places(catid: int) -> list[int]:
    """Return the places of a category in the list of tastes, from 0."""
    return [place for place, taste in enumerate(truth.TASTES) if taste == catid]


def _slots(shares: dict[int, float]) -> list[tuple[int, int]]:
    """Spread values over the numbers 1 to 1,000 by their share; raise ValueError if the shares do not fill them."""
    values = [value for value, share in shares.items() for _ in range(round(share * 1000))]
    if len(values) != 1000:
        raise ValueError(f"shares sum to {len(values) / 1000}, not 1")
    return list(enumerate(values, start=1))


def _coprime(number: int, near: float) -> int:
    """Return a whole number close to ``near`` that has no divisor in common with ``number``."""
    candidate = max(1, round(near))
    while math.gcd(candidate, number) != 1:
        candidate += 1
    return candidate
