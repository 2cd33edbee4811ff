"""A checkout of the project with a lake, a warehouse and target folders of its own, in which users' commands are run.

All settings have their defaults, as for a user who has just cloned; so what is printed is what that user sees.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from scripts.lake.layout import TABLES
from tests.python.dbt_project import ROOT, own_environment

STAGED = {name: f"stg_tickit__{table.models}" for name, table in TABLES.items()}

# The command `tickit`, by the code of the checkout.
TICKIT = (".venv/bin/python", "-m", "scripts.cli")

_PROJECT = (
    "dbt_project.yml",
    "packages.yml",
    "package-lock.yml",
    "requirements.txt",
    "profiles",
    "packages",
    "models",
    "macros",
    "seeds",
    "snapshots",
    "analyses",
    "analytics",
    "tests/dbt",
    "scripts",
)


@dataclass(frozen=True)
class Run:
    """How a command ended. ``output`` is what it printed to stdout and stderr, in this order."""

    code: int
    output: str = field(repr=False)

    def must_end(self, code: int) -> str:
        """Return the output of a command that had to end with this exit code."""
        assert self.code == code, f"exit code {self.code}, not {code}:\n{self.output}"
        return self.output


@dataclass(frozen=True)
class Checkout:
    """The folder of the checkout."""

    folder: Path

    @classmethod
    def make(cls, folder: Path, project: Path, lake: Path, parsed: Path | None = None) -> Checkout:
        """Link the ``project`` into ``folder``, and copy a lake and what dbt keeps of an earlier parse."""
        folder.mkdir(parents=True)
        for path in project.iterdir():
            (folder / path.name).symlink_to(path)
        (folder / ".venv").symlink_to(sys.prefix)
        shutil.copytree(lake, folder / "lake")
        if parsed:
            (folder / "target").mkdir()
            shutil.copy(parsed, folder / "target")
        return cls(folder)

    @property
    def lake(self) -> Path:
        return self.folder / "lake"

    @property
    def warehouse(self) -> Path:
        return self.folder / "warehouse" / "tickit.duckdb"

    def start(self, *command: str, **settings: str) -> subprocess.Popen[str]:
        """Start a command in the checkout, stdout and stderr in one pipe."""
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env={**own_environment(), **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def start_run(self, *arguments: str, **settings: str) -> subprocess.Popen[str]:
        """Start what `make run` calls."""
        return self.start(*TICKIT, "run", *arguments, **settings)

    def execute(self, *command: str, **settings: str) -> Run:
        """Run a command to its end."""
        return ended(self.start(*command, **settings))

    def run(self, *arguments: str, **settings: str) -> Run:
        """Do what `make run` does."""
        return ended(self.start_run(*arguments, **settings))

    @contextmanager
    def connect(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open the warehouse for reading, only as long as needed."""
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            connection.execute("set TimeZone = 'UTC'")
            yield connection

    def query(self, sql: str, parameters: list[Any] | None = None) -> list[tuple]:
        """Return the rows of a query of the warehouse."""
        with self.connect() as connection:
            return connection.execute(sql, parameters or []).fetchall()

    def tables(self) -> set[str]:
        """Return the names of all tables and views."""
        if not self.warehouse.exists():
            return set()
        return {name for (name,) in self.query("select table_name from information_schema.tables")}

    def raw_lines(self, table: str) -> int:
        """Count the data lines in a table's files, those of undeclared months apart."""
        files = (self.lake / "raw_tickit_data" / table).rglob("*.txt")
        return sum(
            len(path.read_bytes().rstrip(b"\n").split(b"\n")) - 1 for path in files if "2009" not in path.parent.name
        )

    def accounts(self) -> dict[str, tuple[int, int]]:
        """Return for each table its raw lines, counted here, and what staging has: rows and rejected rows together."""
        rejected = dict(
            self.query("select table_name, count(*) from tickit_staging.stg_tickit__rejected_rows group by all")
        )
        accounts = {}
        for table in TABLES:
            ((staged,),) = self.query(f"select count(*) from tickit_staging.{STAGED[table]}")
            accounts[table] = (self.raw_lines(table), staged + rejected.get(table, 0))
        return accounts


def copy_project(folder: Path) -> Path:
    """Copy all that a run is made from, as it is now: what is edited while tests run must not change their outcome."""
    made = shutil.ignore_patterns("__pycache__", "target", "logs", "dbt_packages")
    for name in _PROJECT:
        source, copy = ROOT / name, folder / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, copy, ignore=made)
        elif source.exists():
            shutil.copy2(source, copy)
    (folder / "dbt_packages").mkdir()
    (folder / "dbt_packages" / "external_tables").symlink_to(folder / "packages" / "external_tables")
    return folder


def ended(process: subprocess.Popen[str]) -> Run:
    """Wait for a command. Whatever went wrong, a user must not see a traceback."""
    output, _ = process.communicate(timeout=300)
    assert "Traceback (most recent call last)" not in output, output
    return Run(process.returncode, output)


def read_until(process: subprocess.Popen[str], words: str) -> str:
    """Read what a command prints until a line contains these words; return all of it."""
    seen = ""
    for line in process.stdout:
        seen += line
        if words in line:
            return seen
    raise AssertionError(f"the command ended before it printed {words!r}:\n{seen}")
