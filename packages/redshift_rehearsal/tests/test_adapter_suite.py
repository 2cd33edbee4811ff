"""dbt-tests-adapter's classes pass on the stand-in, in an environment that holds nothing but them and the package."""

from __future__ import annotations

import subprocess
import sys
import venv
from importlib.metadata import version
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1]
# dbt's parts fit together in few versions only: those that these tests run with.
_PINNED = ("dbt-core", "dbt-adapters", "dbt-postgres", "dbt-redshift")
# The first owns the database; the tests of grants look for the others, from 1 on.
_USERS = ("owner", "dbt_test_user_1", "dbt_test_user_2", "dbt_test_user_3")


@pytest.mark.soak
def test_dbts_classes_for_an_adapter_pass(tmp_path: Path) -> None:
    venv.create(tmp_path / "environment")
    python = tmp_path / "environment" / "bin" / "python"
    wanted = [*(f"{name}=={version(name)}" for name in _PINNED), "dbt-tests-adapter", "pytest<9", str(PACKAGE)]
    install = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(python),
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]
    subprocess.run([*install, *wanted], check=True)
    suite = ["-m", "pytest", "-q", "-p", "dbt.tests.fixtures.project", str(PACKAGE / "tests" / "adapter_suite.py")]
    users = [option for name in _USERS for option in ("--user", name)]
    named = [part for number, name in enumerate(_USERS) for part in ("--env", f"DBT_TEST_USER_{number}={name}")]
    command = [str(python), "-m", "redshift_rehearsal", "run", *users, *named, "--", str(python), *suite]
    # Not in the package's folder: its settings for pytest are for its own tests.
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert " passed" in done.stdout
