"""A checkout, a lake, a warehouse and a folder for temporary files whose names have quotes in them: all works."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.python.dbt_project import ROOT
from tests.python.faults.checkout import Checkout, copy_project
from tests.python.faults.test_repeated_runs import marts


@pytest.fixture(scope="module")
def quoted(lake: Path, tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    folder = tmp_path_factory.mktemp("quotes") / 'o\'brien "x" $(y) [z]'
    folder.mkdir()
    project = copy_project(folder / "project")
    shutil.copytree(ROOT / "dashboards", project / "dashboards")
    checkout = Checkout.make(folder / "checkout", project, lake)
    checkout.run(TMPDIR=str(folder)).must_end(0)
    return checkout


def test_the_marts_are_those_of_any_folder(quoted: Checkout, good: tuple[Checkout, object]) -> None:
    assert marts(quoted) == marts(good[0])


def test_the_shell_opens_it(quoted: Checkout) -> None:
    command = [".venv/bin/python", "-m", "scripts.jobs.query"]
    sql = "select count(*) > 0 as has_rows from dim_venues; select count(*) > 0 as published from rpt_seller_scorecard;"
    done = subprocess.run(command, cwd=quoted.folder, input=sql, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("true") == 2


def test_the_dashboard_is_drawn(quoted: Checkout) -> None:
    quoted.execute(".venv/bin/python", "-m", "scripts.dashboard").must_end(0)
    assert (quoted.folder / "reports" / "dashboard.html").exists()
