"""A small lake, the warehouse that dbt builds from it, and a running rehearsal: made once, read by many tests."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest
from redshift_rehearsal import Rehearsal, start
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from scripts.rehearsal.setting_up import settings
from tests.python.dbt_project import ROOT, dbt_env, must_run_dbt, parse
from tests.python.tickit import TICKIT

BUILD_SUMMARY = pytest.StashKey[str]()

# What takes half a minute to make: the fixtures that are made of the parsed project, and those of a folder.
OF_THE_PARSED_PROJECT = re.compile(r"\b(ci_manifest|manifests|warehouse): ")
FOLDERS = ("tests/python/faults/",)


@dataclass(frozen=True)
class Warehouse:
    """A built warehouse: its DuckDB file, the lake, the environment for more dbt commands, and the build's results."""

    path: Path
    lake: Path
    env: dict[str, str]
    build_output: str
    # Of run_results.json, which the next dbt command writes again.
    results: list[dict[str, Any]]

    @contextmanager
    def connect(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open the file for reading. Only as long as needed: dbt cannot open it meanwhile."""
        with duckdb.connect(str(self.path), read_only=True) as connection:
            connection.execute("set TimeZone = 'UTC'")
            yield connection


@pytest.fixture(scope="session")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a small synthetic lake, a hundredth of the original."""
    dest = tmp_path_factory.mktemp("lake")
    command = [*TICKIT, "lake", "--scale", "0.01", "--dest", str(dest)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"no lake was made:\n{done.stdout}\n{done.stderr}"
    return dest


@pytest.fixture(scope="session")
def installed_packages() -> None:
    """Link the project's dbt packages, as a fresh clone lacks them."""
    if not (ROOT / "dbt_packages" / "external_tables").exists():
        must_run_dbt("deps", env=dbt_env(ROOT / "target", "ci", ROOT / "lake"))


@pytest.fixture(scope="session")
def ci_env(lake: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Set up the environment of target ci."""
    return dbt_env(tmp_path_factory.mktemp("ci"), "ci", lake)


@pytest.fixture(scope="session")
def ci_manifest(ci_env: dict[str, str], installed_packages: None) -> dict[str, Any]:
    """Parse the project for target ci; the warehouse is built from this very parse, which dbt keeps."""
    return parse(ci_env)


@pytest.fixture(scope="session")
def warehouse(
    lake: Path, ci_env: dict[str, str], ci_manifest: dict[str, Any], pytestconfig: pytest.Config
) -> Warehouse:
    """Build the warehouse of the small lake, with all its tests."""
    must_run_dbt("run-operation", "stage_external_sources", env=ci_env)
    output = must_run_dbt("build", env=ci_env)
    pytestconfig.stash[BUILD_SUMMARY] = output.rstrip().rpartition("Done. ")[2]
    results = json.loads((Path(ci_env["DBT_TARGET_PATH"]) / "run_results.json").read_text(encoding="utf-8"))["results"]
    return Warehouse(Path(ci_env["TICKIT_WAREHOUSE"]), lake, ci_env, output, results)


@pytest.fixture(scope="session")
def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    """Start the stand-in for Redshift as `make rehearse` does, over an empty lake."""
    with start(settings(tmp_path_factory.mktemp("lake"))) as running:
        yield running


class _Together(LoadFileScheduling):
    """As `--dist loadfile`, but files that share what takes long to make run in one process, where it is made once.

    pytest-xdist has `--dist loadgroup` for it, whose marks its version 3.8 does not see with pytest 9.2. With
    `--no-loadscope-reorder` files run in their order: else those of few tests, the longest, would come last.
    """

    def _split_scope(self, nodeid: str) -> str:
        return _runs_with(super()._split_scope(nodeid))


@cache
def _runs_with(file: str) -> str:
    """Name the tests that a file's run in one process with: pytest-xdist asks for each test."""
    if OF_THE_PARSED_PROJECT.search((ROOT / file).read_text(encoding="utf-8")):
        return "the parsed project"
    return next((folder for folder in FOLDERS if file.startswith(folder)), file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling:
    """Decide which process runs which tests."""
    return _Together(config, log)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand the result of the build to the process that prints the summary, if that is another one."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["build_summary"] = session.config.stash.get(BUILD_SUMMARY, "")


class _Workers:
    """Takes what a worker of pytest-xdist hands over."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: object) -> None:
        """Keep a worker's result of the build, if it built."""
        if summary := getattr(node, "workeroutput", {}).get("build_summary"):
            self.config.stash[BUILD_SUMMARY] = summary


def pytest_configure(config: pytest.Config) -> None:
    """Listen to the workers."""
    config.pluginmanager.register(_Workers(config))


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say how the build of the small lake went: dbt's own tests are not pytest's, and count as much."""
    if last_line := config.stash.get(BUILD_SUMMARY, None):
        terminalreporter.write_line(f"dbt build on a small lake, every data and unit test: {last_line}")
