"""What open tables cost: publishing every mart, compared with writing the same rows to the same Parquet files."""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console

from scripts.core.sql import literal
from scripts.tables.catalog import OpenTables, in_folder
from scripts.tables.declared import Declared, OpenTable, read
from scripts.tables.publish import Outcome, publish, rows_of
from scripts.warehouse import check_built, give_access_to_lake

BAR_PARQUET = 1.3
"""Publishing may take this many times as long as writing the Parquet files."""
BAR_MONTH = 0.15
"""A new month of the facts may take this share of publishing them whole."""

PARQUET = "the same Parquet files"
EVERYTHING = "publish everything"
FACTS = "of that, the facts"
NOTHING = "publish again, nothing new"
MONTH_OF_FACTS = "publish a new month of the facts"
REST = "publish every other table, as all have changed"

_BEFORE = "before_the_month"


def measure(warehouse: Path, rounds: int, command: str, console: Console) -> int:
    """Print the table of docs/performance.md; return 1 if a bar is not met, else 0.

    Args:
        warehouse: the DuckDB file, built.
        rounds: of each measurement; the median counts.
        command: how this was called, for the caption.
        console: where to.

    """
    check_built(warehouse)
    declared = read()
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"attach {literal(warehouse)} as warehouse (read_only)")
        give_access_to_lake(connection)
        _make_views(connection, declared.tables)
        # The first of all reads files that the system has not read yet.
        _write_parquet(connection, declared.tables)
        found: dict[str, list[float]] = {}
        for _ in range(rounds):
            for what, seconds in _round(connection, declared).items():
                found.setdefault(what, []).append(seconds)
        rows = sum(
            connection.sql(f"select count(*) from {t.schema}.{t.relation}").fetchall()[0][0] for t in declared.tables
        )
    medians = {what: statistics.median(values) for what, values in found.items()}
    of_parquet = medians[EVERYTHING] / medians[PARQUET]
    of_month = medians[MONTH_OF_FACTS] / medians[FACTS]
    worst = (medians[MONTH_OF_FACTS] + medians[REST]) / medians[EVERYTHING]
    console.print(
        f"Made by `{command}`: {len(declared.tables)} tables, {rows:,} rows, medians of {rounds} runs, DuckDB "
        f"{duckdb.__version__}.\n\n| what | CPU seconds | from - to |\n|---|---:|---:|"
    )
    for what, values in found.items():
        console.print(f"| {what} | {medians[what]:.2f} | {min(values):.2f} - {max(values):.2f} |")
    console.print(
        f"\nPublishing costs {of_parquet:.2f} times as much as writing the same Parquet (at most {BAR_PARQUET}). A new "
        f"month of the facts costs {of_month:.0%} of publishing them whole (at most {BAR_MONTH:.0%}); if every other "
        f"table changes with it, that is {worst:.0%} of publishing everything."
    )
    return 0 if of_parquet <= BAR_PARQUET and of_month <= BAR_MONTH else 1


def _make_views(connection: duckdb.DuckDBPyConnection, tables: Sequence[OpenTable]) -> None:
    """Show the marts as they are, and as they were before the last month: the facts without it, the rest less a row."""
    connection.execute(f"create schema {_BEFORE}")
    for table in tables:
        mart = f'warehouse."{table.schema}"."{table.relation}"'
        connection.execute(f'create schema if not exists "{table.schema}"')
        connection.execute(f'create view "{table.schema}"."{table.relation}" as from {mart}')
        month = f"date_trunc('month', {table.month_of})"
        where = f"where {month} < (select max({month}) from {mart})" if table.month_of else "offset 1"
        connection.execute(f'create view {_BEFORE}."{table.relation}" as from {mart} {where}')


def _round(connection: duckdb.DuckDBPyConnection, declared: Declared) -> dict[str, float]:
    seconds = {PARQUET: _timed(lambda: _write_parquet(connection, declared.tables))}
    facts = [table for table in declared.tables if table.month_of]
    others = [table for table in declared.tables if not table.month_of]
    before = [replace(table, schema=_BEFORE) for table in declared.tables]
    with tempfile.TemporaryDirectory() as folder, in_folder(Path(folder)) as whole:
        of_facts = _timed(lambda: _publish(whole, facts, connection, declared))
        seconds[EVERYTHING] = of_facts + _timed(lambda: _publish(whole, others, connection, declared))
        seconds[FACTS] = of_facts
        seconds[NOTHING] = _timed(lambda: _publish(whole, declared.tables, connection, declared))
    with tempfile.TemporaryDirectory() as folder, in_folder(Path(folder)) as months:
        _publish(months, before, connection, declared)
        seconds[MONTH_OF_FACTS] = _timed(lambda: _publish(months, facts, connection, declared))
        seconds[REST] = _timed(lambda: _publish(months, others, connection, declared))
    return seconds


def _publish(
    tables: OpenTables, chosen: Sequence[OpenTable], connection: duckdb.DuckDBPyConnection, declared: Declared
) -> list[Outcome]:
    return list(publish(tables, chosen, connection, declared))


def _write_parquet(connection: duckdb.DuckDBPyConnection, tables: Sequence[OpenTable]) -> None:
    """Write what a publish writes, a file for each part with the same rows, order and compression, and no more."""
    folder = Path(tempfile.mkdtemp())
    try:
        for table in tables:
            parts = [""]
            if table.month_of:
                month = f"strftime({table.month_of}, '%Y-%m')"
                listed = f"select distinct {month} from {table.schema}.{table.relation} order by 1"
                parts = [part for (part,) in connection.execute(listed).fetchall()]
            for part in parts:
                batches = rows_of(table, connection, part if table.month_of else None)
                if batches:
                    pq.write_table(
                        pa.Table.from_batches(batches), folder / f"{table.name}-{part}.parquet", compression="zstd"
                    )
    finally:
        shutil.rmtree(folder)


def _timed(job: Callable[[], object]) -> float:
    """Return CPU seconds, of all threads: what else the machine does changes them little."""
    started = time.process_time()
    job()
    return time.process_time() - started
