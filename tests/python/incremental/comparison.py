"""What a warehouse says, to compare one that grew with one that was built from nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from tests.python.incremental.forked_dbt import ForkedDbt

STAGE = ("run-operation", "stage_external_sources")
# Models that add to what is there, with all that they read. The others are views, or tables that each run builds from
# nothing: RUN_ALL adds them.
INCREMENTAL = ("--select", "+fct_sales", "+fct_listings", "+stg_tickit__rejected_rows", "+base_tickit__line_counts")
RUN = ("run", *INCREMENTAL)
RUN_ALL = ("run", "--exclude", "tag:python")

FACT_TABLES = (
    *("tickit_staging.stg_tickit__sales", "tickit_staging.stg_tickit__listings"),
    *("tickit_staging.stg_tickit__users", "tickit_staging.stg_tickit__events", "tickit_staging.stg_tickit__venues"),
    *("tickit_staging.stg_tickit__rejected_rows", "tickit_sales.fct_sales", "tickit_sales.fct_listings"),
)
# All that can differ, by layer.
TABLES = (
    *FACT_TABLES,
    *("tickit_core.dim_users", "tickit_core.dim_events", "tickit_sales.rpt_daily_sales"),
    *("tickit_sales.rpt_daily_sales_by_category", "tickit_sales.rpt_daily_sales_by_venue"),
    *("tickit_sales.rpt_monthly_sales_by_seller", "tickit_marketing.dim_non_buyers"),
    "tickit_marketing.rpt_likes_by_persona",
)


def take_in(dbt: ForkedDbt, run: Sequence[str] = RUN) -> None:
    """Do what follows a delivery."""
    dbt.must_run(*STAGE)
    dbt.must_run(*run)


def contents(warehouse: Path, tables: Sequence[str] = FACT_TABLES) -> dict[str, tuple[int, int]]:
    """Return rows and an order-free checksum of each table."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return {
            table: connection.execute(f"select count(*), sum(hash(t)::hugeint) from {table} as t").fetchone()
            for table in tables
        }


def built_in_one_go(
    dbt: ForkedDbt, folder: Path, run: Sequence[str] = RUN, tables: Sequence[str] = FACT_TABLES
) -> dict[str, tuple[int, int]]:
    """Return the contents of another warehouse, built from nothing."""
    folder.mkdir()
    another = {"TICKIT_WAREHOUSE": str(folder / dbt.warehouse.name)}
    for command in (STAGE, ("seed",), run):
        dbt.must_run(*command, env=another)
    return contents(folder / dbt.warehouse.name, tables)
