"""The part of the project that keeps the history of jobs: parsed in a tenth of the time of the whole."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
from redshift_rehearsal import Rehearsal

from scripts.core.dbt import in_process
from scripts.rehearsal.setting_up import environment
from tests.python.dbt_project import ROOT, dbt_env

PARTS = (
    "macros",
    "analyses/cost_by_model.sql",
    "models/operations",
    "models/docs",
    "models/_groups.yml",
    "tests/dbt/generic",
)
# What a report reads of other layers.
STUBS = {
    "stg_tickit__rejected_rows": """
        select
            cast('sale' as varchar(127)) as table_name, 'raw_tickit_data/sale/a.txt' as source_file, '1|x' as line,
            cast('not a date' as varchar(200)) as reject_reason
        union all select 'sale', 'raw_tickit_data/sale/a.txt', '2|y', 'not a date'
        union all select 'user', 'gone.txt', '3|z', 'too many fields'
        """,
    "base_tickit__files": """
        select
            cast('raw_tickit_data/sale/a.txt' as varchar(1024)) as path,
            cast('2026-11-27 23:59:59' as timestamp) as modified_at
        """,
}


@dataclass
class Small:
    """The small project on one engine."""

    target: str
    query: Callable[[str], list[tuple[Any, ...]]]

    def dbt(self, *arguments: str) -> None:
        """Run a dbt command, and let go of DuckDB's file."""
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager

        try:
            in_process(arguments, target=self.target)
        finally:
            DuckDBConnectionManager.close_all_connections()


@pytest.fixture(scope="package")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a project with the models and macros of the history, and nothing else."""
    folder = tmp_path_factory.mktemp("project")
    for part in PARTS:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        (folder / part).parent.mkdir(parents=True, exist_ok=True)
        copy(ROOT / part, folder / part)
    for name, sql in STUBS.items():
        config = "{{ config(materialized='table', schema='operations', contract={'enforced': false}) }}"
        (folder / "models" / f"{name}.sql").write_text(config + sql)
    # Without the hooks of the whole project, which look at its snapshots.
    whole = (ROOT / "dbt_project.yml").read_text()
    (folder / "dbt_project.yml").write_text(whole.partition("# What would write history")[0])
    (folder / "packages.yml").write_text(f"packages: [{{local: {ROOT / 'packages/external_tables'}}}]\n")
    (folder / "dbt_packages").mkdir()
    (folder / "dbt_packages" / "external_tables").symlink_to(ROOT / "packages/external_tables")
    return folder


def _on(target: str, project: Path, more: dict[str, str], patch: pytest.MonkeyPatch) -> None:
    for name, value in {**dbt_env(project / target, target, project / "lake"), **more}.items():
        patch.setenv(name, value)
    patch.chdir(project)


@pytest.fixture
def on_duckdb(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    """Return the small project on DuckDB, with no warehouse yet."""
    warehouse = tmp_path / "warehouse" / "jobs.duckdb"
    _on("ci", project, {"TICKIT_WAREHOUSE": str(warehouse)}, monkeypatch)

    def query(sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(warehouse)) as connection:
            return connection.execute(sql).fetchall()

    return Small("ci", query)


@pytest.fixture
def on_redshift(project: Path, rehearsal: Rehearsal, monkeypatch: pytest.MonkeyPatch) -> Iterator[Small]:
    """Return the small project on the stand-in for Redshift, with no table yet."""
    _on("rehearsal", project, environment(rehearsal), monkeypatch)
    yield Small("rehearsal", rehearsal.run)
    rehearsal.run("drop schema if exists tickit_operations cascade")
