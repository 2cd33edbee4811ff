"""A variable with an impossible value is answered with its name, by `make run` and by dbt itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from scripts.core.profiles import default_target
from scripts.core.settings import check_memory_limit, s3_timeout
from tests.python.dbt_project import ROOT, dbt_env, run_dbt
from tests.python.faults.checkout import Checkout

IMPOSSIBLE = [
    ("TICKIT_THREADS", "0"),
    ("TICKIT_THREADS", "abc"),
    ("TICKIT_THREADS", "-1"),
    ("TICKIT_MEMORY_LIMIT", "0MB"),
    ("TICKIT_MEMORY_LIMIT", "abc"),
    ("TICKIT_MEMORY_LIMIT", "4"),
    ("TICKIT_S3_TIMEOUT", "abc"),
    ("TICKIT_S3_TIMEOUT", "0"),
    ("TICKIT_WAREHOUSE", "warehouse/o'brien.duckdb"),
    ("DBT_TARGET", "prod"),
]


@pytest.fixture(scope="module")
def unparsed(lake: Path, project: Path, tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A checkout for what is found before dbt is asked."""
    return Checkout.make(tmp_path_factory.mktemp("settings") / "checkout", project, lake)


@pytest.mark.parametrize(("name", "value"), IMPOSSIBLE)
def test_the_job_names_the_variable(name: str, value: str, unparsed: Checkout) -> None:
    output = unparsed.run(**{name: value}).must_end(1)
    named = f"Error: {name} is {value}: give" if name != "DBT_TARGET" else f"Error: target {value} is not in "
    assert output.startswith(named)
    assert output.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "value", "target"),
    [
        *((name, value, "ci") for name, value in IMPOSSIBLE if value != "-1"),
        ("REDSHIFT_PORT", "abc", "redshift"),
        ("TICKIT_THREADS", "0", "redshift"),
        ("TICKIT_THREADS", "abc", "rehearsal"),
    ],
)
def test_dbt_names_the_variable(name: str, value: str, target: str, lake: Path, tmp_path: Path) -> None:
    env = {**dbt_env(tmp_path, target, lake), name: value}
    command = ["list"] if name in ("DBT_TARGET", "TICKIT_THREADS", "REDSHIFT_PORT") else ["debug", "--connection"]
    done = run_dbt(*command, env=env)
    assert done.returncode != 0
    told = done.stdout + done.stderr
    assert (f"{name} is {value}: give" if name != "DBT_TARGET" else f"target named '{value}'") in told
    assert "Traceback" not in told


@pytest.mark.parametrize("limit", ["", "2GB", "0.5 GiB", "500mb", "80%"])
def test_a_memory_limit_that_duckdb_takes_is_taken(limit: str) -> None:
    check_memory_limit(limit)


def test_a_timeout_is_a_number_of_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TICKIT_S3_TIMEOUT", raising=False)
    assert (s3_timeout(), s3_timeout("5")) == (30, 5)


@pytest.mark.parametrize(
    ("environment", "target"),
    [
        ({}, "dev"),
        ({"TICKIT_LAKE": "s3://bucket"}, "lake"),
        ({"TICKIT_LAKE": "s3://bucket", "DBT_TARGET": "ci"}, "ci"),
    ],
    ids=str,
)
def test_the_default_target_is_the_profiles(
    environment: dict[str, str], target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dbt.config.renderer import ProfileRenderer
    from dbt_common.context import set_invocation_context

    from tests.python.project.targets import PROFILE

    set_invocation_context(environment)
    assert ProfileRenderer({}).render_value(PROFILE["target"]) == target
    for name in ("TICKIT_LAKE", "DBT_TARGET"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert default_target() == target


def test_dbt_finds_the_project_from_elsewhere(lake: Path, tmp_path: Path) -> None:
    env = {**dbt_env(tmp_path, "ci", lake), "DBT_PROFILES_DIR": str(ROOT / "profiles")}
    done = _elsewhere(env, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.soak
@pytest.mark.parametrize("name", ["TICKIT_LAKE", "TICKIT_WAREHOUSE"])
def test_a_path_from_the_project_is_not_looked_for_elsewhere(name: str, lake: Path, tmp_path: Path) -> None:
    env = {**dbt_env(tmp_path, "ci", lake), name: "here"}
    done = _elsewhere(env, tmp_path)
    assert done.returncode != 0
    assert f"{name} is here, a path from the project's folder, and dbt was started in {tmp_path}" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert not (tmp_path / "here").exists()


def _elsewhere(env: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    dbt = str(Path(sys.executable).with_name("dbt"))
    command = [dbt, "--no-use-colors", "debug", "--connection", "--project-dir", str(ROOT)]
    # The shell's own variable tells the folder too.
    env = {**env, "PWD": str(folder)}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
