"""The daily job as it is declared, on DuckDB: every step for real."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.python.dbt_project import ROOT
from tests.python.faults.checkout import TICKIT, Checkout, copy_project


@pytest.mark.soak
def test_the_daily_job_builds_and_draws(lake: Path, tmp_path: Path) -> None:
    project = copy_project(tmp_path / "project")
    for folder in ("jobs", "dashboards"):
        shutil.copytree(ROOT / folder, project / folder)
    checkout = Checkout.make(tmp_path / "checkout", project, lake)
    checkout.warehouse.parent.mkdir()
    # The job installs the packages itself.
    (checkout.folder / "dbt_packages").unlink()
    said = checkout.execute(*TICKIT, "job", "daily").must_end(0)
    (path,) = checkout.folder.glob("reports/jobs/dev/daily/*/run.json")
    run = json.loads(path.read_text(encoding="utf-8"))
    assert run["status"] == "success"
    # The files of the lake are as old as the test's run, the data is of 2008.
    assert {step["name"]: step["status"] for step in run["steps"] if step["name"] != "freshness"} == dict.fromkeys(
        ("packages", "stage", "build", "serving", "docs", "dashboard", "health"), "success"
    )
    build = next(step for step in run["steps"] if step["name"] == "build")
    kept = path.parent / build["attempts"][0]["artifacts"]
    results = json.loads((kept / "run_results.json").read_text(encoding="utf-8"))["results"]
    assert len(results) > 100
    assert checkout.query("select count(*) > 0 from tickit_sales.fct_sales") == [(True,)]
    assert checkout.query("select job_name, status from tickit_operations.job_runs") == [("daily", "success")]
    assert checkout.query("select count(*) > 30 from tickit_operations.job_tests") == [(True,)]
    assert f"Logs and results: {path.parent.relative_to(checkout.folder)}" in said
    assert all(
        (checkout.folder / "reports" / name).exists()
        for name in ("docs.html", "lineage.html", "dashboard.html", "health.html")
    )
