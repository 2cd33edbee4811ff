"""Months, days, corrections and kills: what later runs make of them is what one run over the whole lake makes."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from scripts.lake.__main__ import main as make_lake
from scripts.lake.landing import land_day, land_month
from tests.python.dbt_project import ROOT, dbt_env, must_run_dbt, run_dbt

# What is made of sales and listings, by layer.
TABLES = (
    *("tickit_staging.stg_tickit__sales", "tickit_staging.stg_tickit__listings"),
    *("tickit_staging.stg_tickit__rejected_rows", "tickit_core.dim_users"),
    *("tickit_sales.fct_sales", "tickit_sales.fct_listings", "tickit_sales.rpt_daily_sales"),
    *("tickit_sales.rpt_daily_sales_by_category", "tickit_sales.rpt_daily_sales_by_venue"),
    "tickit_sales.rpt_monthly_sales_by_seller",
)
RUN = ("run", "--exclude", "tag:python")


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """Return a lake until September, to grow."""
    assert make_lake(["--scale", "0.01", "--dest", str(tmp_path / "lake"), "--until", "2008-09"]) == 0
    return tmp_path / "lake"


@pytest.fixture
def env(lake: Path, tmp_path: Path, installed_packages: None) -> dict[str, str]:
    """Return the environment of a warehouse that has the lake as it is at the start."""
    env = dbt_env(tmp_path / "grown", "ci", lake)
    must_run_dbt("run-operation", "stage_external_sources", env=env)
    must_run_dbt("seed", env=env)
    must_run_dbt(*RUN, env=env)
    return env


def _take_in(env: dict[str, str]) -> None:
    must_run_dbt("run-operation", "stage_external_sources", env=env)
    must_run_dbt(*RUN, env=env)


def _contents(warehouse: Path) -> dict[str, tuple[int, int]]:
    """Return rows and an order-free checksum of each table."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return {
            table: connection.execute(f"select count(*), sum(hash(t)::hugeint) from {table} as t").fetchone()
            for table in TABLES
        }


def _built_in_one_go(lake: Path, folder: Path) -> dict[str, tuple[int, int]]:
    env = dbt_env(folder, "ci", lake)
    must_run_dbt("run-operation", "stage_external_sources", env=env)
    must_run_dbt("seed", env=env)
    must_run_dbt(*RUN, env=env)
    return _contents(Path(env["TICKIT_WAREHOUSE"]))


def _events(lake: Path) -> Iterator[str]:
    """Deliver, one after the other, what a source system delivers; yield what it was."""
    land_month(lake, "2008-10")
    yield "a month"
    for day in ("2008-11-01", "2008-11-02"):
        land_day(lake, day)
    yield "two days"
    land_month(lake, "2008-11", ["late", "corrected"])
    yield "the month as a whole, corrected, with late lines of the one before"
    land_month(lake, "2008-04", ["corrected"])
    yield "an old month again, corrected"
    land_month(lake, "2008-11", ["empty"])
    yield "a month again, empty"
    land_month(lake, "2008-12", ["duplicated"])
    land_month(lake, "2008-11")
    yield "the month once more, and one twice"
    shutil.rmtree(lake / "raw_tickit_data/sale/sale_month=2008-12")
    yield "sales of a month gone"
    users = lake / "raw_tickit_data/user/user.txt"
    lines = users.read_text(encoding="utf-8").splitlines(keepends=True)
    users.write_text("".join(line.replace("|WA|", "|OR|") for line in lines[:-3]), encoding="utf-8")
    yield "users changed, three gone"


def test_a_lake_that_grows_gives_what_a_whole_one_gives(lake: Path, env: dict[str, str], tmp_path: Path) -> None:
    for number, what in enumerate(_events(lake)):
        _take_in(env)
        if number % 2:  # a whole build each time would take minutes
            assert _contents(Path(env["TICKIT_WAREHOUSE"])) == _built_in_one_go(lake, tmp_path / str(number)), what


def test_a_later_run_names_only_the_months_that_changed(lake: Path, env: dict[str, str]) -> None:
    land_month(lake, "2008-10")
    _take_in(env)
    compiled = Path(env["DBT_TARGET_PATH"]) / "compiled/tickit_lakehouse/models"
    sales = (compiled / "staging/tickit/base/base_tickit__sales.sql").read_text(encoding="utf-8")
    assert "where sale_month in ('2008-10')" in sales
    fact = (compiled / "marts/sales/fct_sales.sql").read_text(encoding="utf-8")
    assert "sold_at >= cast('2008-10-01' as date) and sold_at < cast('2008-11-01' as date)" in fact

    _take_in(env)  # nothing new
    assert "where 1 = 0" in (compiled / "staging/tickit/base/base_tickit__sales.sql").read_text(encoding="utf-8")
    assert "where 1 = 0" in (compiled / "marts/sales/fct_sales.sql").read_text(encoding="utf-8")


def test_a_backfill_builds_the_months_that_it_names(env: dict[str, str]) -> None:
    before = _contents(Path(env["TICKIT_WAREHOUSE"]))
    must_run_dbt(*RUN, "--event-time-start", "2008-03-01", "--event-time-end", "2008-05-01", env=env)
    compiled = Path(env["DBT_TARGET_PATH"]) / "compiled/tickit_lakehouse/models"
    sales = (compiled / "staging/tickit/base/base_tickit__sales.sql").read_text(encoding="utf-8")
    assert "where sale_month in ('2008-03', '2008-04')" in sales
    assert _contents(Path(env["TICKIT_WAREHOUSE"])) == before


def test_a_full_refresh_of_the_big_tables_is_refused_unless_meant(env: dict[str, str]) -> None:
    before = _contents(Path(env["TICKIT_WAREHOUSE"]))
    refused = run_dbt(*RUN, "--full-refresh", env=env)
    assert refused.returncode == 1
    assert "TICKIT_REBUILD_FACTS=yes" in refused.stdout
    must_run_dbt(*RUN, "--full-refresh", env={**env, "TICKIT_REBUILD_FACTS": "yes"})
    assert _contents(Path(env["TICKIT_WAREHOUSE"])) == before


# TICKIT_KILLS=50 for the long loop; a few in every run of the tests.
KILLS = int(os.environ.get("TICKIT_KILLS", "2"))


def test_a_killed_run_is_repaired_by_the_next(lake: Path, env: dict[str, str], tmp_path: Path) -> None:
    land_month(lake, "2008-10")
    land_month(lake, "2008-05", ["corrected"])
    expected = _built_in_one_go(lake, tmp_path / "whole")
    must_run_dbt("run-operation", "stage_external_sources", env=env)
    before = tmp_path / "before.duckdb"
    warehouse = Path(env["TICKIT_WAREHOUSE"])
    shutil.copy(warehouse, before)
    drawn = random.Random(42)  # noqa: S311 - the moments, the same in every run
    dbt = Path(sys.executable).with_name("dbt")
    for _ in range(KILLS):
        shutil.copy(before, warehouse)
        warehouse.with_name(warehouse.name + ".wal").unlink(missing_ok=True)
        run = subprocess.Popen([str(dbt), "--quiet", *RUN], cwd=ROOT, env=env, stdout=subprocess.DEVNULL)
        try:
            run.wait(drawn.uniform(2.0, 8.0))
        except subprocess.TimeoutExpired:
            run.send_signal(signal.SIGKILL)
            run.wait()
        must_run_dbt(*RUN, env=env)
        assert _contents(warehouse) == expected
