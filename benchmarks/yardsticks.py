"""The ways to build the marts that are measured: each says how to prepare a run and which command is then measured."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar

from benchmarks.lakes import columns_of
from benchmarks.measure import Measured, measure
from scripts.core.errors import TickitError
from scripts.lake.layout import TABLES

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = Path(__file__).with_name("reference")
# Predictions are statistics in Python, and history is kept by snapshots: no yardstick has either.
EXCLUDE = ("--exclude", "tag:python", "path:snapshots+")
# Unit tests and tests of macros prove the code, not the data; `make run` leaves them out too.
BUILD = ("build", "--exclude-resource-type", "unit_test", *EXCLUDE, "path:tests/dbt/macros")
# Measured on its own.
HISTORY = ("build", "--select", "path:snapshots+")

# What a shell may hold and a measurement must not depend on.
_FOREIGN = ("DBT_", "TICKIT_", "REDSHIFT_")


@dataclass
class Yardstick:
    """One way to build the marts of one lake, with a folder of its own for all that it makes."""

    lake: Path
    folder: Path
    runs: int = field(default=0, init=False)

    name: ClassVar[str]
    # How it can be run: a variant's name -> what it is, in words.
    variants: ClassVar[dict[str, str]]

    def prepare(self) -> None:
        """Make what all runs share; not measured."""
        self.folder.mkdir(parents=True, exist_ok=True)

    def run(self, variant: str) -> Measured:
        """Build the marts from nothing once and return what it cost."""
        raise NotImplementedError

    @property
    def database(self) -> Path:
        """The DuckDB file with the marts of the last run; named after the yardstick, as its views name the file."""
        return self.folder / f"{self.name}.duckdb"

    def _measure(self, command: list[str], env: dict[str, str] | None = None, cwd: Path = ROOT) -> Measured:
        self.runs += 1
        log = self.folder / "logs" / f"{self.runs}.log"
        measured = measure(command, log, env=env, cwd=cwd)
        if measured.exit_code:
            end = "\n".join(log.read_text(errors="replace").splitlines()[-12:])
            raise TickitError(f"{self.name} failed (exit code {measured.exit_code}); the end of {log}:\n{end}")
        return measured


class Floor(Yardstick):
    """Hand-written SQL in one DuckDB process."""

    name = "floor"

    variants = {"build": "marts and checks", "run": "marts alone"}

    def run(self, variant: str) -> Measured:
        """Build in a new process."""
        command = [sys.executable, "-m", "benchmarks.floor", "--lake", str(self.lake)]
        command += ["--database", str(self.database), *(["--no-checks"] if variant == "run" else [])]
        return self._measure(command)


class DbtProject(Yardstick):
    """A dbt project, each run a new process on a new database."""

    project = ROOT
    environment: Mapping[str, str] = MappingProxyType({})

    variants = {
        "build": "dbt build, cold: all files parsed again",
        "build warm": "dbt build, warm: dbt's parse of the last run is used",
        "run": "dbt run, cold",
        "run warm": "dbt run, warm",
    }

    @property
    def target(self) -> Path:
        """Where dbt keeps its files: `run_results.json`, the manifest, the parse."""
        return self.folder / "target"

    @property
    def env(self) -> dict[str, str]:
        """The environment of every dbt command."""
        own = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}
        return {
            **own,
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "DBT_PROFILES_DIR": str(self.project / "profiles"),
            "DBT_TARGET_PATH": str(self.target),
            "DBT_LOG_PATH": str(self.folder / "logs"),
            "TICKIT_LAKE": str(self.lake),
            "TICKIT_WAREHOUSE": str(self.database),
            **self.environment,
        }

    def run(self, variant: str) -> Measured:
        """Build from an empty database; ``warm`` keeps dbt's parse of the time before."""
        self.empty_database()
        command = BUILD if variant.startswith("build") else ("run", *EXCLUDE)
        if variant.endswith("warm"):
            if not (self.target / "partial_parse.msgpack").exists():
                self.dbt("parse")
        else:
            shutil.rmtree(self.target, ignore_errors=True)
        return self.measure_dbt(*command)

    def manifest(self) -> dict[str, Any]:
        """Return what dbt knows of the project since the last command."""
        manifest: dict[str, Any] = json.loads((self.target / "manifest.json").read_text())
        return manifest

    def count_checks(self) -> int:
        """Return the number of data tests, grouped ones by what they assert, and of contracts' not_null columns."""
        count = 0
        for node in self.manifest()["nodes"].values():
            if node["resource_type"] == "test":
                count += _checks_of(node)
            elif node["config"].get("contract", {}).get("enforced"):
                constraints = [c for column in node["columns"].values() for c in column.get("constraints") or []]
                count += sum(c["type"] == "not_null" for c in constraints)
        return count

    def measure_dbt(self, *arguments: str) -> Measured:
        """Run a dbt command as it is and return what it cost."""
        return self._measure(self._command(*arguments), self.env, self.project)

    def dbt(self, *arguments: str) -> None:
        """Run a dbt command that is not measured."""
        done = subprocess.run(
            self._command(*arguments), env=self.env, cwd=self.project, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise TickitError(f"dbt {' '.join(arguments)} failed for {self.name}:\n{done.stdout[-2000:]}{done.stderr}")

    def empty_database(self) -> None:
        """Put the database back to what it was before the first build."""
        for path in self.folder.glob(f"{self.database.name}*"):
            path.unlink()

    def _command(self, *arguments: str) -> list[str]:
        return [str(Path(sys.executable).with_name("dbt")), "--no-use-colors", *arguments]


def _checks_of(test: dict[str, Any]) -> int:
    """Return how many checks a node of dbt makes: the project's own generic tests take a list or mapping of them."""
    metadata = test.get("test_metadata") or {}
    if metadata.get("name") == "foreign_keys":
        return len(metadata["kwargs"]["keys"])
    if metadata.get("name") != "checks":
        return 1
    kinds = [value for name, value in metadata["kwargs"].items() if name != "model"]
    return sum(len(kind) if isinstance(kind, list | dict) else 1 for kind in kinds)


class Project(DbtProject):
    """The project itself, as its README says to build it."""

    name = "project"

    @property
    def _staged(self) -> Path:
        return self.folder / "staged.duckdb"

    def prepare(self) -> None:
        """Register the external tables in an empty database and load the seeds, which `dbt run` leaves to others."""
        super().prepare()
        if not (ROOT / "dbt_packages" / "external_tables").exists():
            self.dbt("deps")
        super().empty_database()
        self.dbt("run-operation", "stage_external_sources")
        self.dbt("seed")
        self.database.replace(self._staged)

    def marts(self) -> list[str]:
        """Return the marts that are measured."""
        return sorted(
            node["name"]
            for node in self.manifest()["nodes"].values()
            if node["resource_type"] == "model" and node["path"].startswith("marts/") and "python" not in node["tags"]
        )

    def empty_database(self) -> None:
        """Start from the registered external tables alone."""
        super().empty_database()
        shutil.copyfile(self._staged, self.database)


class Reference(DbtProject):
    """The structure of AWS's article, in our own words: views over the raw files, one query a test."""

    name = "reference"
    project = REFERENCE
    environment = MappingProxyType({f"TICKIT_COLUMNS_OF_{name.upper()}": columns_of(name) for name in TABLES})
