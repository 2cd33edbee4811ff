"""Airflow and Dagster run what jobs/jobs.yml declares; neither is installed here, so most of it is read."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from scripts.core.errors import TickitError
from scripts.jobs.declaration import Job, Step, load
from scripts.jobs.orchestrated import (
    Build,
    build_of,
    environment,
    last_built,
    manifest,
    manifest_of_tasks,
    retries_of,
    scheduled_jobs,
    target_of,
)
from tests.python.dbt_project import ROOT
from tests.python.faults.checkout import copy_project

FOLDER = ROOT / "orchestration"
ROOMS = ("airflow", "dagster")
PROGRAMS = sorted(path for room in ROOMS for path in (FOLDER / room).rglob("*.py") if ".venv" not in path.parts)
JOBS = load(ROOT / "jobs" / "jobs.yml")
STEPS = {(job.name, step.name): step for job in JOBS.values() for step in job.steps}


def test_scheduled_jobs_are_those_with_a_cron() -> None:
    assert scheduled_jobs() == [JOBS["daily"], JOBS["weekly"]]


def test_the_build_is_the_one_of_the_declaration() -> None:
    assert build_of(STEPS["daily", "build"]) == Build(
        [], ["path:tests/dbt/macros"], ["--exclude-resource-type", "unit_test"]
    )
    assert build_of(Step("all", "dbt build -s a b+ --exclude c --select d --full-refresh")) == Build(
        ["a", "b+", "d"], ["c"], ["--full-refresh"]
    )
    others = [name for name, step in STEPS.items() if name != ("daily", "build") and build_of(step)]
    assert others == []


def test_what_tests_is_not_repeated() -> None:
    job = replace(JOBS["daily"], retries=2)
    retries = {step.name: retries_of(step, job) for name in ("daily", "weekly") for step in JOBS[name].steps}
    assert [name for name, times in retries.items() if times == 0] == ["build", "test", "soak"]
    assert set(retries.values()) == {0, 2}


def test_the_target_is_the_jobs_own_if_none_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    daily: Job = JOBS["daily"]
    monkeypatch.setenv("DBT_TARGET", "dev")
    assert target_of(daily) == "dev"
    monkeypatch.setenv("DBT_TARGET", "")
    assert target_of(daily) == daily.target == "redshift"


def test_a_step_finds_the_projects_commands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    variables = environment("dev")
    assert variables["DBT_TARGET"] == "dev"
    assert (Path(variables["DBT_PROFILES_DIR"]) / "profiles.yml").exists()
    assert variables["PATH"].split(os.pathsep)[0] == str(ROOT / ".venv" / "bin")
    monkeypatch.setenv("DBT_TARGET_PATH", str(tmp_path))
    assert manifest() == tmp_path / "manifest.json"
    monkeypatch.delenv("DBT_TARGET_PATH")
    assert manifest() == ROOT / "target" / "manifest.json"


def test_a_test_waits_for_the_last_of_what_it_reads(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    parents = {"stg": ["source"], "dim": ["int"], "int": ["stg"], "fct": ["int"], "source": []}
    assert last_built(["stg", "dim"], parents) == ["dim"]
    assert last_built(["stg", "dim", "fct", "source"], parents) == ["dim", "fct"]
    assert last_built(["source"], parents) == ["source"]

    monkeypatch.setenv("DBT_TARGET_PATH", str(tmp_path))
    with pytest.raises(TickitError, match="run dbt parse"):
        manifest_of_tasks()

    for read, own, left in (
        (["stg", "dim"], "stg", ["dim"]),
        (["stg", "dim", "fct"], "fct", ["fct"]),
        (["dim", "fct"], None, ["dim", "fct"]),
    ):
        test = {"resource_type": "test", "depends_on": {"nodes": read, "macros": ["m"]}, "attached_node": own}
        model = {"resource_type": "model", "depends_on": {"nodes": ["stg", "int"]}}
        content = {"nodes": {"test": test, "dim": model}, "parent_map": parents}
        (tmp_path / "manifest.json").write_text(json.dumps(content), encoding="utf-8")
        nodes = json.loads(manifest_of_tasks().read_text(encoding="utf-8"))["nodes"]
        assert nodes["test"]["depends_on"] == {"nodes": left, "macros": ["m"]}
        assert nodes["dim"]["depends_on"]["nodes"] == ["stg", "int"]


def _calls(path: Path, name: str) -> list[dict[str, str]]:
    """Return the named arguments of each call of a function or class, as they are written."""
    return [
        {word.arg: ast.unparse(word.value) for word in node.keywords if word.arg}
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == name
    ]


def test_schedules_targets_and_timeouts_are_those_of_the_declaration() -> None:
    (dag,) = _calls(FOLDER / "airflow/dags/tickit_jobs.py", "DAG")
    assert dag["schedule"] == "job.cron"
    assert dag["max_active_runs"] == "1"
    assert dag["dagrun_timeout"] == "timedelta(minutes=job.timeout_minutes)"
    (schedule,) = _calls(FOLDER / "dagster/definitions.py", "ScheduleDefinition")
    assert schedule["cron_schedule"] == "job.cron"
    assert schedule["execution_timezone"] == "'UTC'"
    for path in PROGRAMS:
        text = path.read_text(encoding="utf-8")
        assert not [step.command for step in STEPS.values() if step.command in text], path


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.name)
def test_what_is_imported_of_the_project_exists(path: Path) -> None:
    imports = {
        (node.module, name.name)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("scripts.")
        for name in node.names
    }
    for module, name in imports:
        assert hasattr(__import__(module, fromlist=[name]), name), f"{path.name} imports {name}"


@pytest.mark.parametrize("room", ROOMS)
def test_requirements_are_locked(room: str) -> None:
    asked = (FOLDER / room / "requirements.in").read_text(encoding="utf-8").splitlines()
    names = {re.split(r"[<>=]", line)[0] for line in asked if line and not line.startswith("#")}
    text = (FOLDER / room / "requirements.txt").read_text(encoding="utf-8")
    locked = re.findall(r"^([a-z0-9._-]+)(?:\[.+\])?==.+ \\\n    --hash=sha256:[0-9a-f]{64}", text, re.MULTILINE)
    requirements = [line for line in text.splitlines() if line and line[0] not in " #"]
    assert names - set(locked) == set()
    assert len(locked) == len(requirements)
    assert "://" not in text


def test_nothing_is_reported_to_makers_and_no_example_is_loaded() -> None:
    made = (FOLDER / "Makefile").read_text(encoding="utf-8")
    for setting in (
        "AIRFLOW__CORE__LOAD_EXAMPLES := False",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED := False",
        "AIRFLOW__COSMOS__ENABLE_TELEMETRY := False",
    ):
        assert f"\nexport {setting}\n" in made
    assert "telemetry:\n  enabled: false\n" in (FOLDER / "dagster/dagster.yaml").read_text(encoding="utf-8")


def test_git_ignores_what_they_write() -> None:
    written = [".state/lake", ".state/airflow/airflow.db", "airflow/.venv/bin", "dagster/.venv/bin"]
    done = subprocess.run(["git", "check-ignore", *written], cwd=FOLDER, capture_output=True, text=True, check=False)
    assert done.stdout.split() == written


def _checkout(folder: Path) -> Path:
    """Copy the project, without what Airflow and Dagster made in it."""
    project = copy_project(folder)
    for name in ("jobs", "dashboards", "orchestration"):
        shutil.copytree(ROOT / name, project / name, ignore=shutil.ignore_patterns(".venv", ".state", "__pycache__"))
    (project / ".venv").symlink_to(sys.prefix)
    return project


def _make(room: str, project: Path, lake: Path) -> subprocess.CompletedProcess[str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith(("DBT_", "TICKIT_", "AIRFLOW"))}
    return subprocess.run(
        ["make", "-C", "orchestration", room],
        cwd=project, env=own | {"TICKIT_LAKE": str(lake)}, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.soak
@pytest.mark.parametrize("room", ROOMS)
def test_the_daily_job_runs_for_real(room: str, lake: Path, tmp_path: Path) -> None:
    """The environment is made from the lock; the first run succeeds, and one with a wrong model fails."""
    project = _checkout(tmp_path / "project")
    warehouse = project / "orchestration/.state" / room / "tickit.duckdb"
    done = _make(room, project, lake)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-5000:]
    assert f"Warehouse    {warehouse}" in done.stdout
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        assert connection.execute("select count(*) > 0 from tickit_sales.fct_sales").fetchall() == [(True,)]
    assert all((project / "reports" / name).exists() for name in ("docs.html", "dashboard.html"))
    model = project / "models/marts/core/dim_dates.sql"
    model.write_text(model.read_text(encoding="utf-8") + "\nlimit no_such_column\n", encoding="utf-8")
    done = _make(room, project, lake)
    assert done.returncode != 0, done.stdout[-5000:]
    failed = {
        "airflow": re.findall(r"^ +build\.(\w+)\.run: failed$", done.stdout, re.MULTILINE),
        "dagster": re.findall(r"Not made .*(dim_dates)", done.stdout),
    }
    assert failed[room] == ["dim_dates"], done.stdout[-5000:]
