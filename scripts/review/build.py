"""Build what changed and what is below it, beside production: in a DuckDB file or schemas of Redshift of its own.

All that did not change is read from production (dbt's `--defer --favor-state`), on DuckDB attached read-only.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import yaml

from scripts.core.dbt import PACKAGES, Callback, in_process, plain
from scripts.core.errors import TickitError
from scripts.core.profiles import duckdb_file, output, profiles_folder

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult
    from dbt_common.events.base_types import EventMsg
    from rich.console import Console

_TARGET = "review"
_DATABASE = "tickit_review"
# Histories belong to their target: a review reads production's, and writes none.
_LEFT_OUT = ("--exclude", "resource_type:snapshot", "resource_type:snapshot+1,resource_type:test")
_BUILT = ("model", "seed", "test", "unit_test")


@dataclass(frozen=True)
class Place:
    """Where a review builds: ``folder`` for all its files; ``prefix`` of its schemas on Redshift."""

    target: str
    folder: Path
    production: Path | None
    """DuckDB's file of production; None on Redshift."""
    database: str
    """The name under which production's views know their database."""
    prefix: str = ""

    @property
    def is_duckdb(self) -> bool:
        """Whether the review is a DuckDB file."""
        return self.production is not None

    @property
    def warehouse(self) -> Path:
        """The DuckDB file of the review."""
        return self.folder / f"{_DATABASE}.duckdb"

    def profile(self) -> dict[str, Any]:
        """Return the content of a profiles.yml with the one target of the review, made from the project's own."""
        name, settings = output(self.target)
        # Its paths begin at the folder of profiles.yml, which is another one here.
        here = str(profiles_folder().absolute())
        settings = json.loads(
            json.dumps(settings).replace(json.dumps("{{ flags.PROFILES_DIR }}")[1:-1], json.dumps(here)[1:-1])
        )
        if self.production is not None:
            production = {"path": str(self.production.absolute()), "alias": self.database, "read_only": True}
            settings |= {"path": str(self.warehouse.absolute()), "attach": [production]}
        else:
            settings["schema"] = self.prefix
        return {name: {"target": _TARGET, "outputs": {_TARGET: settings}}}


def place(target: str, folder: Path, production: Path | None, number: int | None) -> Place:
    """Return where a review of a target builds.

    Args:
        target: production's output of profiles.yml.
        folder: for what the review makes.
        production: the DuckDB file that is compared with, None for Redshift.
        number: of the pull request, which names the schemas on Redshift.

    """
    if production is None:
        return Place(target, folder, None, "", f"pr_{number}")
    # A copy of the file may have any name: production's views call the database as the target does.
    return Place(target, folder, production, duckdb_file(target).stem)


class ParseError(TickitError):
    """The project with the change is none that dbt can read."""


class Review:
    """dbt on the review's target, parsed once."""

    def __init__(self, where: Place, console: Console) -> None:
        self.where = where
        self._console = console
        self._parsed: Any = None

    @contextmanager
    def begun(self) -> Iterator[Review]:
        """Make the place of the review, parse the project for it, and leave the environment as it was."""
        folder = self.where.folder
        (folder / "profiles").mkdir(parents=True, exist_ok=True)
        for left in folder.glob(f"{_DATABASE}.duckdb*"):
            left.unlink()
        content = yaml.safe_dump(self.where.profile(), sort_keys=False, width=1000)
        (folder / "profiles" / "profiles.yml").write_text(content, encoding="utf-8")
        settings = {
            "DBT_PROFILES_DIR": str((folder / "profiles").absolute()),
            "DBT_TARGET_PATH": str((folder / "target").absolute()),
            # Python models publish here, and not into the lake that others read.
            "TICKIT_PUBLISHED": str((folder / "published").absolute()),
        }
        with _environment(settings):
            if not PACKAGES.is_dir():
                self._dbt(["deps"])
            try:
                self._parsed = self._dbt(["parse"]).result
            except TickitError as error:
                raise ParseError(str(error)) from error
            try:
                if not self.where.is_duckdb:
                    began = datetime.now(UTC).strftime("%Y%m%d%H%M")
                    self._operation("drop_review", {"prefix": self.where.prefix, "begins": began})
                yield self
            finally:
                if not self.where.is_duckdb:
                    self._operation("drop_review", {"prefix": self.where.prefix})
                _close()

    def manifest(self) -> dict[str, Any]:
        """Return the manifest of the project with the change, as dbt has written it."""
        path = self.where.folder / "target" / "manifest.json"
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return manifest

    def modified(self, state: Path) -> set[str]:
        """Return the unique ids that dbt's `state:modified` selects."""
        # Without `empty`, tests of a selected source count as changed.
        keys = ["--output", "json", "--output-keys", "unique_id", "--indirect-selection", "empty"]
        listed: Any = self._dbt(["list", "--select", "state:modified", "--state", str(state), *keys]).result
        return {json.loads(line)["unique_id"] for line in listed}

    def build(self, roots: Sequence[str], state: Path) -> list[Any]:
        """Build and test these nodes, as dbt selects them, and all below; return dbt's result of each node."""
        if self.where.is_duckdb:
            # Only views on the files of the lake, which production has in its own file.
            self._dbt(["run-operation", "stage_external_sources"])
        select = ["--select", *(f"{root}+" for root in roots)]
        defer = ["--defer", "--favor-state", "--state", str(state)]
        outcome = self._dbt(["build", *select, *_LEFT_OUT, *defer], self._progress(), may_fail=True)
        results: Any = getattr(outcome.result, "results", [])
        return [result for result in results if result.node.resource_type in _BUILT]

    def save(self) -> None:
        """Write what DuckDB has in memory to the file of the review: only then a table has a size."""
        if self.where.is_duckdb:
            _close()

    def columns(self, relations: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
        """Return the type of each column of each relation that is there."""
        found = self._operation("print_columns", {"relations": relations})
        return {name: dict(rows) for name, rows in found.items() if rows}

    def rows(self, queries: Mapping[str, str]) -> dict[str, list[list[str | None]]]:
        """Return the rows of queries, by their names."""
        return self._operation("print_rows", {"queries": queries}) if queries else {}

    def _operation(self, macro: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}

        def collect(event: EventMsg) -> None:
            if event.info.name == "JinjaLogInfo":
                said = plain(event.data.msg)
                if said.startswith("{"):
                    line = json.loads(said)
                    found[line["name"]] = line["rows"]
                elif "dropped schema" in said:
                    self._console.print(f"  {said.strip()}", highlight=False, markup=False)

        self._dbt(["run-operation", macro, "--args", json.dumps(arguments)], collect)
        return found

    def _dbt(self, arguments: list[str], *callbacks: Callback, may_fail: bool = False) -> dbtRunnerResult:
        return in_process(arguments, target=_TARGET, manifest=self._parsed, callbacks=callbacks, may_fail=may_fail)

    def _progress(self) -> Callback:
        done = 0
        lock = Lock()  # dbt's threads all report here

        def show(event: EventMsg) -> None:
            nonlocal done
            info = event.data.node_info if event.info.name == "NodeFinished" else None
            if info is None or info.resource_type not in _BUILT:
                return
            with lock:
                done += 1
                good = info.node_status in ("success", "pass")
                if info.resource_type in ("model", "seed") or not good:
                    self._console.print(
                        f"  {done:>3}  {info.node_status:<8} {info.node_name}", highlight=False, markup=False
                    )

        return show


def number_of_pull_request(given: int | None) -> int | None:
    """Return the number that was given, or GitHub's of the pull request whose workflow this is."""
    found = re.fullmatch(r"refs/pull/([0-9]+)/(merge|head)", os.environ.get("GITHUB_REF", ""))
    return given if given is not None else int(found.group(1)) if found else None


def _close() -> None:
    """Close DuckDB's file: dbt keeps it open as long as the process lives, and production's with it."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    DuckDBConnectionManager.close_all_connections()


@contextmanager
def _environment(settings: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in settings}
    # The target of a developer's shell is none of the review's profile.
    before["DBT_TARGET"] = os.environ.pop("DBT_TARGET", None)
    os.environ.update(settings)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
