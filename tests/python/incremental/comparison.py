"""What a warehouse says, to compare one that grew with one that was built from nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from tests.python.incremental.forked_dbt import ForkedDbt

STAGE = ("run-operation", "stage_external_sources")
RUN = ("run", "--exclude", "tag:python")

# All that can differ, by layer.
TABLES = (
    *("tickit_staging.stg_tickit__sales", "tickit_staging.stg_tickit__listings"),
    *("tickit_staging.stg_tickit__rejected_rows", "tickit_core.dim_users", "tickit_core.dim_events"),
    *("tickit_sales.fct_sales", "tickit_sales.fct_listings", "tickit_sales.rpt_daily_sales"),
    *("tickit_sales.rpt_daily_sales_by_category", "tickit_sales.rpt_daily_sales_by_venue"),
    *("tickit_sales.rpt_monthly_sales_by_seller", "tickit_marketing.dim_non_buyers"),
    "tickit_marketing.rpt_likes_by_persona",
)


def take_in(dbt: ForkedDbt, *selected: str) -> None:
    """Do what follows a delivery: for all SQL models, or for those that ``--select`` and what follows it name."""
    dbt.must_run(*STAGE)
    dbt.must_run(*(("run", *selected) if selected else RUN))


def contents(warehouse: Path, tables: Sequence[str] = TABLES) -> dict[str, tuple[int, int]]:
    """Return rows and an order-free checksum of each table."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return {
            table: connection.execute(f"select count(*), sum(hash(t)::hugeint) from {table} as t").fetchone()
            for table in tables
        }


def built_in_one_go(
    dbt: ForkedDbt, folder: Path, *selected: str, tables: Sequence[str] = TABLES
) -> dict[str, tuple[int, int]]:
    """Return the contents of another warehouse, built from nothing."""
    folder.mkdir()
    another = {"TICKIT_WAREHOUSE": str(folder / dbt.warehouse.name)}
    for command in (STAGE, ("seed",), ("run", *selected) if selected else RUN):
        dbt.must_run(*command, env=another)
    return contents(folder / dbt.warehouse.name, tables)
