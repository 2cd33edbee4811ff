"""The raw files and the seeds as DuckDB itself reads them: with types that it guesses, and no word from dbt."""

from __future__ import annotations

from pathlib import Path

import duckdb

from scripts.lake.layout import DELIMITER, RAW_ZONE, TABLES
from tests.python.dbt_project import ROOT


def create_raw_views(connection: duckdb.DuckDBPyConnection, lake: Path) -> None:
    """Make a temporary view of each raw table and of each seed, named after it."""
    for table in TABLES:
        files = lake / RAW_ZONE / table / "**" / "*.txt"
        _create_view(
            connection, table, f"'{files}', delim = '{DELIMITER}', quote = '', header = true, hive_partitioning = false"
        )
    for seed in (ROOT / "seeds").glob("*.csv"):
        _create_view(connection, seed.stem, f"'{seed}', header = true")


def _create_view(connection: duckdb.DuckDBPyConnection, name: str, arguments: str) -> None:
    connection.execute(f'create temporary view "{name}" as select * from read_csv({arguments})')
