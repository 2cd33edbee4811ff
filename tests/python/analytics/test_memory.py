"""The command that measures the models' memory."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.python.conftest import Warehouse
from tests.python.dbt_project import ROOT

COMMAND = [sys.executable, "-m", "scripts.cli", "memory"]


@pytest.mark.soak
def test_a_model_that_reads_another_is_measured(warehouse: Warehouse) -> None:
    done = subprocess.run(
        [*COMMAND, "rpt_sales_anomalies"], cwd=ROOT, env=warehouse.env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    with warehouse.connect() as connection:
        (days,) = connection.execute("select count(*) from tickit_sales.rpt_daily_sales_by_category").fetchone()
    name, rows, before, most, *_ = done.stdout.splitlines()[-2].split()
    # And the 365 days of the calendar.
    assert (name, rows) == ("rpt_sales_anomalies", f"{days + 365:,}")
    assert 0 < int(before) <= int(most)


@pytest.mark.soak
def test_a_warehouse_without_its_tables_is_told(warehouse: Warehouse) -> None:
    env = {**warehouse.env, "TICKIT_WAREHOUSE": str(warehouse.path.with_name("none.duckdb"))}
    done = subprocess.run(
        [*COMMAND, "rpt_sales_anomalies"], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "build it with `make run`" in done.stderr
    assert "Traceback" not in done.stderr
