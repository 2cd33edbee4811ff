"""A synthetic TICKIT lake at any scale: the same to the byte for the same seed and scale, whatever the threads.

`truth` holds the numbers that shape the market, `words` the texts, ``sql/`` the steps, and this module runs them.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb

from scripts.core.errors import TickitError
from scripts.core.progress import Progress
from scripts.core.sql import literal
from scripts.lake.layout import DELIMITER, MONTHS, TABLES, Table
from scripts.lake.synthetic.parameters import load_tables, set_variable, set_variables
from scripts.lake.tickit import PUBLISHED
from scripts.lake.writing import write_header

VERSION = 2
"""Version of the generator: goes up when the same seed gives another lake."""

LEAST_SCALE, MOST_SCALE = 0.001, 1_000.0

MEMORY_LIMIT = "1500MB"
ROWS_AT_ONCE = 500_000
"""Rows that are made in one go: what bounds memory at any scale."""

_SQL = Path(__file__).parent / "sql"
_FORMAT = f"format csv, header, delimiter '{DELIMITER}', quote '', escape ''"


def row_counts(scale: float) -> dict[str, int]:
    """Return how many rows each table has at this scale.

    Categories and dates are what they are; venues are the published 202 up to scale 1 and grow with the square root
    of the scale beyond; everything else grows with the scale. A table that TICKIT does not have gets no row.
    """
    growth = {"category": 1.0, "date": 1.0, "venue": max(1.0, math.sqrt(scale))}
    published = {name: round(table.rows * growth.get(name, scale)) for name, table in PUBLISHED.items()}
    return {name: published.get(name, 0) for name in TABLES}


def make_synthetic(folder: Path, *, scale: float, seed: int, threads: int, progress: Progress) -> dict[str, int]:
    """Write the tables of a synthetic lake into ``folder`` and return their rows.

    ``scale`` is from LEAST_SCALE to MOST_SCALE, ``seed`` a whole number from 0 to 2^63 - 1. Intermediate results, about
    two thirds of the size of the lake, pass through a DuckDB file in ``folder``, which is removed at the end.

    Raise TickitError if the disk is full or cannot be written.
    """
    rows = row_counts(scale)
    try:
        with tempfile.TemporaryDirectory(dir=folder, prefix=".synthetic-") as scratch:
            settings: dict[str, str | bool | int | float | list[str]] = {
                "threads": threads,
                "memory_limit": MEMORY_LIMIT,
                "temp_directory": f"{scratch}/spilled",
            }
            with duckdb.connect(f"{scratch}/market.duckdb", config=settings) as market:
                set_variables(market, scale, seed, rows)
                load_tables(market)
                for step in ("macros", "tables", "calendars", "venues"):
                    _run(market, step)
                _fill(market, "users", _parts(1, rows["user"]), progress)
                _fill(market, "events", _parts(1, rows["event"]), progress)
                _make_listings(market, rows["listing"], progress)
                _make_sales(market, rows, progress)
                _run(market, "outputs")
                for table in TABLES.values():
                    _export(market, table, folder, rows[table.name], progress)
    except (OSError, duckdb.IOException, duckdb.OutOfMemoryException) as error:
        raise TickitError(f"cannot write the lake: {error}") from error
    return rows


def _run(market: duckdb.DuckDBPyConnection, step: str) -> None:
    """Run one file of SQL."""
    market.execute((_SQL / f"{step}.sql").read_text(encoding="utf-8"))


def _fill(
    market: duckdb.DuckDBPyConnection,
    step: str,
    bounds: Sequence[int],
    progress: Progress,
    rows_before: Sequence[int] = (),
) -> None:
    """Run a step part by part, from each bound to before the next; ``rows_before`` is what it numbers its rows from."""
    what = step.replace("_", " ")
    progress.start(what, steps=len(bounds) - 1)
    for part, (first, following) in enumerate(pairwise(bounds)):
        set_variable(market, "first", first)
        set_variable(market, "next", following)
        if rows_before:
            set_variable(market, "rows_before", rows_before[part])
        _run(market, step)
        progress.step(what)


def _parts(first: int, rows: int) -> list[int]:
    """Cut ``rows`` numbers from ``first`` on into parts of ROWS_AT_ONCE; return the bounds."""
    return [*range(first, first + rows, ROWS_AT_ONCE), first + rows]


def _fill_by_day(market: duckdb.DuckDBPyConnection, step: str, rows_of: str, day: str, progress: Progress) -> None:
    """Run a step that numbers rows in the order of time, by parts of whole days of about ROWS_AT_ONCE rows."""
    bounds: list[Any] = []
    rows_before: list[int] = []
    total = 0
    for number, rows in market.execute(f"select {day}, count(*) from {rows_of} group by all order by all").fetchall():
        if not bounds or total + rows - rows_before[-1] > ROWS_AT_ONCE:
            bounds.append(number)
            rows_before.append(total)
        total += rows
    _fill(market, step, [*bounds, number + 1], progress, rows_before)


def _make_listings(market: duckdb.DuckDBPyConnection, listings: int, progress: Progress) -> None:
    """Share the listings out among the events, draw them, and number them in the order of time."""
    _run(market, "event_shares")
    _fill(market, "drawn_listings", _parts(0, listings), progress)
    _fill_by_day(market, "listings", "drawn_listing", "listing_day", progress)
    market.execute("drop table drawn_listing")


def _make_sales(market: duckdb.DuckDBPyConnection, rows: dict[str, int], progress: Progress) -> None:
    """Draw orders, some more than there are to be sales, and make exactly as many as wanted into sales.

    Demand is set so that a level of about 1 gives the sales that are wanted. In a tiny lake chance decides, and a
    higher level may be needed.
    """
    _run(market, "mean_demand")
    for highest_level in (1.5, 3.0, 6.0, 12.0, 24.0):
        set_variable(market, "highest_level", highest_level)
        market.execute("truncate placed_order")
        _fill(market, "orders", _parts(1, rows["listing"]), progress)
        (orders,) = market.execute("select count(*) from placed_order").fetchall()[0]
        if orders >= rows["sale"]:
            break
    else:
        raise RuntimeError(f"{rows['listing']:,} listings have room for {orders:,} sales, not {rows['sale']:,}")
    _run(market, "levels")
    _fill_by_day(market, "sales", "sold", "sale_day", progress)


def _export(market: duckdb.DuckDBPyConnection, table: Table, folder: Path, rows: int, progress: Progress) -> None:
    """Write one table's file, or its file of each month; a month without rows gets a file with a header only.

    A column that the steps do not make is empty.
    """
    months = MONTHS if table.partition else (None,)
    described = market.execute("select column_name from duckdb_columns() where table_name = ?", [f"{table.name}_out"])
    made = {column for (column,) in described.fetchall()}
    if not made:
        write_header(table, folder)
        return
    columns = ", ".join(column if column in made else f'null as "{column}"' for column in table.columns)
    progress.start(table.name, steps=len(months))
    for month in months:
        path = table.path(folder, month)
        path.parent.mkdir(parents=True)
        rows_of = f"{table.name}_out"
        if month:
            # A range, and not strftime(): DuckDB skips what is outside, because the rows are in the order of time.
            time = table.month_of
            first = f"date '{month}-01'"
            rows_of += f" where {time} >= {first} and {time} < {first} + interval 1 month"
        market.execute(f"copy (select {columns} from {rows_of}) to {literal(path)} ({_FORMAT})")
        progress.step(table.name)
    progress.done(table.name, f"{rows:,} rows")
