"""The daily job as it is declared, on DuckDB, by the commands with which docs/operations.md lets one try it."""

from __future__ import annotations

import json
import re
import shutil
import socket
from pathlib import Path
from typing import Any

import pytest

from tests.python.build.dashboard_data import data_of
from tests.python.dbt_project import ROOT
from tests.python.faults.checkout import Checkout, copy_project, ended

TRY_IT = "## Try it on a laptop"
PORT = "8025"


def _blocks() -> list[str]:
    """Return the blocks of commands in the section."""
    page = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    section = page.partition(f"\n{TRY_IT}\n")[2].partition("\n## ")[0]
    return [
        re.sub("^    ", "", block, flags=re.MULTILINE) for block in re.findall(r"(?:^    .*\n)+", section, re.MULTILINE)
    ]


@pytest.fixture
def checkout(lake: Path, tmp_path: Path) -> Checkout:
    """Return the project with a small lake, as in a fresh clone: without packages, which the job installs."""
    project = copy_project(tmp_path / "project")
    for folder in ("jobs", "dashboards"):
        shutil.copytree(ROOT / folder, project / folder)
    made = Checkout.make(tmp_path / "checkout", project, lake)
    made.warehouse.parent.mkdir()
    (made.folder / "dbt_packages").unlink()
    return made


def _runs(checkout: Checkout) -> list[tuple[Path, dict[str, Any]]]:
    """Return the runs of the job, oldest first."""
    paths = sorted(checkout.folder.glob("reports/jobs/dev/daily/*/run.json"))
    return [(path, json.loads(path.read_text(encoding="utf-8"))) for path in paths]


@pytest.mark.soak
def test_the_daily_job_builds_draws_and_sends_messages_by_the_documented_commands(checkout: Checkout) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    first, second = _blocks()
    sink, settings, *commands = first.replace(PORT, port).splitlines()
    # The commands of the code that is tested, whatever is installed.
    own = {"PYTHONPATH": str(checkout.folder)}
    server = checkout.start("sh", "-c", f"exec {sink}", PYTHONUNBUFFERED="1")
    try:
        said = ended(checkout.start("sh", "-ec", "\n".join([settings, *commands]), **own)).must_end(0)
        _look_at_the_first_run(checkout, said)
        *breaking, mend, again = second.splitlines()
        for commands, code, status in ((breaking, 1, "failed"), ([mend, again], 0, "success")):
            ended(checkout.start("sh", "-c", "\n".join([settings, second.splitlines()[0], *commands]), **own)).must_end(
                code
            )
            assert _runs(checkout)[-1][1]["status"] == status
    finally:
        server.terminate()
        mail, _ = server.communicate(timeout=30)
    assert re.findall(r"^Subject: (.*)$", mail, re.MULTILINE) == [
        "daily on dev: 1 newly failing, 0 still failing",
        "daily on dev: recovered",
    ]
    assert re.search(r"- checks_stg_tickit__sales: [0-9,]+ rows", mail)


def _look_at_the_first_run(checkout: Checkout, said: str) -> None:
    ((path, run),) = _runs(checkout)
    assert run["status"] == "success"
    # The files of the lake are as old as the test's run, the data is of 2008.
    assert {step["name"]: step["status"] for step in run["steps"] if step["name"] != "freshness"} == dict.fromkeys(
        ("packages", "stage", "build", "serving", "open_tables", "docs", "dashboard", "health"), "success"
    )
    build = next(step for step in run["steps"] if step["name"] == "build")
    kept = path.parent / build["attempts"][0]["artifacts"]
    results = json.loads((kept / "run_results.json").read_text(encoding="utf-8"))["results"]
    assert len(results) > 100
    assert checkout.query("select count(*) > 0 from tickit_sales.fct_sales") == [(True,)]
    assert checkout.query("select job_name, status from tickit_operations.job_runs") == [("daily", "success")]
    assert checkout.query("select count(*) > 30 from tickit_operations.job_tests") == [(True,)]
    assert f"Logs and results: {path.parent.relative_to(checkout.folder)}" in said
    # What `tickit query` printed.
    assert path.parent.name in said.partition("read-only")[2]
    # Drawn after the run was recorded, so that it is on the page.
    (shown,) = data_of((checkout.folder / "reports/health.html").read_text(encoding="utf-8"))["tables"]["runs"]
    assert (shown["job_name"], shown["status"]) == ("daily", "success")
    assert all(
        (checkout.folder / "reports" / name).exists() for name in ("docs.html", "lineage.html", "dashboard.html")
    )
