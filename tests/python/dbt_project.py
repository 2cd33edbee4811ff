"""How tests run the dbt project: where it is, in which environment, with which commands.

Whatever a run makes (target folder, logs, warehouse) goes to a folder of the test, never into the checkout.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PROJECT = "tickit_lakehouse"

# What a release of dbt will refuse is refused today.
STRICT = ("--warn-error-options", '{"error": ["Deprecations"]}')

# What a developer's shell may hold and a test must not depend on.
_FOREIGN = ("DBT_", "TICKIT_", "REDSHIFT_")

# The same on every machine, and no connection is made with them.
_CREDENTIALS = {
    "REDSHIFT_HOST": "redshift.invalid",
    "REDSHIFT_USER": "nobody",
    "DBT_ENV_SECRET_REDSHIFT_PASSWORD": "no-such-password",
}


def own_environment() -> dict[str, str]:
    """Return the variables of this process that a test may depend on."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}


def dbt_env(folder: Path, target: str, lake: Path) -> dict[str, str]:
    """Return the environment in which dbt runs against ``target`` and keeps all that it makes in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    return {
        **own_environment(),
        **_CREDENTIALS,
        "DBT_TARGET": target,
        "DBT_PROFILES_DIR": str(ROOT / "profiles"),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
        "TICKIT_LAKE": str(lake),
        "TICKIT_WAREHOUSE": str(folder / "warehouse.duckdb"),
    }


# One process imports dbt, and each command runs in a process forked from that one.
_FORKED = multiprocessing.get_context("forkserver")
_FORKED.set_forkserver_preload(["tests.python.warm_dbt"])


def run_dbt(*args: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a dbt command on the project; the caller judges its exit code and output."""
    command = ["dbt", "--no-use-colors", *args]
    with tempfile.TemporaryDirectory() as folder:
        stdout, stderr = Path(folder, "stdout"), Path(folder, "stderr")
        process = _FORKED.Process(target=_dbt, args=(command, env, stdout, stderr))
        process.start()
        process.join()
        return subprocess.CompletedProcess(command, process.exitcode, stdout.read_text(), stderr.read_text())


def _dbt(command: list[str], env: dict[str, str], stdout: Path, stderr: Path) -> None:
    """Be dbt, in a process of its own."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import cli

    for path, number in ((stdout, 1), (stderr, 2)):
        with path.open("w") as file:
            os.dup2(file.fileno(), number)
    os.environ.clear()
    os.environ.update(env)
    os.chdir(ROOT)
    sys.argv = command
    try:
        cli(command[1:])
    finally:
        # As at the end of a process that was not forked: what is in memory goes to the file.
        DuckDBConnectionManager.close_all_connections()


def must_run_dbt(*args: str, env: dict[str, str]) -> str:
    """Run a dbt command that has to succeed; return what it printed."""
    done = run_dbt(*args, env=env)
    assert done.returncode == 0, f"dbt {' '.join(args)} failed:\n{done.stdout[-5000:]}\n{done.stderr[-2000:]}"
    return done.stdout


def parse(env: dict[str, str]) -> dict[str, Any]:
    """Parse the project from nothing, deprecations being errors, and compile the analyses; return the manifest.

    Both in one command, as starting dbt takes seconds. Nothing is asked of a warehouse, so none has to exist.
    """
    without_warehouse = ("--no-introspect", "--no-populate-cache")
    must_run_dbt(*STRICT, "compile", "--no-partial-parse", "--select", "path:analyses", *without_warehouse, env=env)
    return json.loads((Path(env["DBT_TARGET_PATH"]) / "manifest.json").read_text())
