"""Read a lake's files into DuckDB, as they are: for plots and tests, without dbt."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

from scripts.core.errors import TickitError
from scripts.lake.layout import DELIMITER, RAW_ZONE, TABLES


def open_lake(lake: Path) -> duckdb.DuckDBPyConnection:
    """Load the lake into memory: a table for each table of the layout, typed by what DuckDB sees in the files.

    Beside them `sold` has one row per listing, with its event's category and start, the number of its orders, and the
    number of tickets that it has sold.

    Raise TickitError if there is no lake.
    """
    if not (lake / RAW_ZONE).is_dir():
        raise TickitError(f"there is no lake in {lake}: make one with make lake")
    connection = duckdb.connect()
    for name in TABLES:
        connection.execute(
            f"create table \"{name}\" as from read_csv($1, delim = '{DELIMITER}', header = true, "
            "quote = '', escape = '', hive_partitioning = false)",
            [f"{_escaped(lake / RAW_ZONE / name)}/**/*.txt"],
        )
    connection.execute(
        """
        create table sold as
        select listing.*, catid, starttime, coalesce(orders, 0) as orders, coalesce(tickets, 0) as tickets
        from listing
        inner join event using (eventid)
        left join (select listid, count(*) as orders, sum(qtysold) as tickets from sale group by listid)
            using (listid)
        """
    )
    return connection


def _escaped(folder: Path) -> str:
    """Return the path as a glob that means this folder only."""
    return re.sub(r"[*?\[]", lambda found: f"[{found.group()}]", str(folder))
