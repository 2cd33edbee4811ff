"""A synthetic lake as tables to ask."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb

from scripts.lake.layout import DELIMITER, RAW_ZONE, TABLES

Query = Callable[[str], list[tuple]]


def open_lake(folder: Path) -> duckdb.DuckDBPyConnection:
    """Load the lake: a table for each table of the layout, typed by what DuckDB sees in the files.

    Beside them `sold` has one row per listing, with its event's category and start and what it has sold.
    """
    market = duckdb.connect()
    for name in TABLES:
        files = folder / RAW_ZONE / name / "**" / "*.txt"
        market.execute(
            f"create table \"{name}\" as from read_csv('{files}', delim = '{DELIMITER}', header = true, "
            "quote = '', escape = '', hive_partitioning = false)"
        )
    market.execute(
        """
        create table sold as
        select listing.*, catid, starttime, coalesce(orders, 0) as orders, coalesce(tickets, 0) as tickets
        from listing
        inner join event using (eventid)
        left join (select listid, count(*) as orders, sum(qtysold) as tickets from sale group by listid)
            using (listid)
        """
    )
    return market
