"""A synthetic TICKIT lake at any scale: the same to the byte for the same seed and scale, whatever the threads.

`truth` holds the numbers that shape the market, `words` the texts, ``sql/`` the steps, and this module runs them.
"""

from __future__ import annotations

import math
import tempfile
from pathlib import Path

import duckdb

from scripts.lake.errors import LakeError
from scripts.lake.layout import DELIMITER, TABLES, Table
from scripts.lake.progress import Progress
from scripts.lake.synthetic.parameters import load_tables, set_variable, set_variables

VERSION = 1
"""Version of the generator: goes up when the same seed gives another lake."""

LEAST_SCALE, MOST_SCALE = 0.001, 1_000.0

MEMORY_LIMIT = "2GB"
LISTINGS_AT_ONCE = 500_000
"""Listings whose orders are drawn in one go: what bounds memory at any scale."""

_SQL = Path(__file__).parent / "sql"
_FORMAT = f"format csv, header, delimiter '{DELIMITER}', quote '', escape ''"
_MONTHS = tuple(f"2008-{month:02}" for month in range(1, 13))


def row_counts(scale: float) -> dict[str, int]:
    """Return how many rows each table has at this scale.

    Categories and dates are what they are; venues are the published 202 up to scale 1 and grow with the square root
    of the scale beyond; everything else grows with the scale.
    """
    rows = {name: round(table.rows * scale) for name, table in TABLES.items()}
    rows["category"] = TABLES["category"].rows
    rows["date"] = TABLES["date"].rows
    rows["venue"] = round(TABLES["venue"].rows * max(1.0, math.sqrt(scale)))
    return rows


def make_synthetic(folder: Path, *, scale: float, seed: int, threads: int, progress: Progress) -> dict[str, int]:
    """Write the tables of a synthetic lake into ``folder`` and return their rows.

    ``scale`` is from LEAST_SCALE to MOST_SCALE, ``seed`` a whole number from 0 to 2^63 - 1. Intermediate results, about
    as large as the lake itself, pass through a DuckDB file in ``folder``, which is removed at the end.

    Raise LakeError if the disk is full or cannot be written.
    """
    rows = row_counts(scale)
    try:
        with tempfile.TemporaryDirectory(dir=folder, prefix=".synthetic-") as scratch:
            settings = {"threads": threads, "memory_limit": MEMORY_LIMIT, "temp_directory": f"{scratch}/spilled"}
            with duckdb.connect(f"{scratch}/market.duckdb", config=settings) as market:
                set_variables(market, scale, seed, rows)
                load_tables(market)
                for step in ("macros", "calendars", "venues", "users", "events", "listings"):
                    _run(market, step)
                _draw_orders(market, rows, progress)
                _run(market, "sales")
                for table in TABLES.values():
                    _export(market, table, folder, rows[table.name], progress)
    except (OSError, duckdb.IOException, duckdb.OutOfMemoryException) as error:
        raise LakeError(f"cannot write the lake: {error}") from error
    return rows


def _run(market: duckdb.DuckDBPyConnection, step: str) -> None:
    """Run one file of SQL."""
    market.execute((_SQL / f"{step}.sql").read_text(encoding="utf-8"))


def _draw_orders(market: duckdb.DuckDBPyConnection, rows: dict[str, int], progress: Progress) -> None:
    """Draw orders, some more than there are to be sales.

    Demand is set so that a level of about 1 gives the sales that are wanted. In a tiny lake chance decides, and a
    higher level may be needed.
    """
    listings = rows["listing"]
    starts = range(1, listings + 1, LISTINGS_AT_ONCE)
    for highest_level in (1.5, 3.0, 6.0, 12.0, 24.0):
        set_variable(market, "highest_level", highest_level)
        _run(market, "placed_order")
        progress.start("orders", steps=len(starts))
        for first in starts:
            set_variable(market, "first_listid", first)
            set_variable(market, "next_listid", first + LISTINGS_AT_ONCE)
            _run(market, "orders")
            progress.step("orders")
        (orders,) = market.execute("select count(*) from placed_order").fetchone()
        if orders >= rows["sale"]:
            progress.done("orders", f"{orders:,} drawn")
            return
    raise RuntimeError(f"the market of {listings:,} listings has room for {orders:,} sales, not {rows['sale']:,}")


def _export(market: duckdb.DuckDBPyConnection, table: Table, folder: Path, rows: int, progress: Progress) -> None:
    """Write one table's file, or its file of each month; a month without rows gets a file with a header only."""
    months = _MONTHS if table.partition else (None,)
    progress.start(table.name, steps=len(months))
    for month in months:
        path = table.path(folder, month)
        path.parent.mkdir(parents=True)
        rows_of = f"{table.name}_out"
        if month:
            # A range, and not strftime(): DuckDB skips what is outside, because the rows are in the order of time.
            time = table.partition.of
            first = f"date '{month}-01'"
            rows_of += f" where {time} >= {first} and {time} < {first} + interval 1 month"
        market.execute(f"copy (select {', '.join(table.columns)} from {rows_of}) to '{path}' ({_FORMAT})")
        progress.step(table.name)
    progress.done(table.name, f"{rows:,} rows")
