"""The cures as dbt renders them for each engine, and the engines to put them to."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml
from redshift_rehearsal import Rehearsal

from tests.python.dbt_project import PROJECT, ROOT, dbt_env, must_run_dbt
from tests.python.project.targets import PROFILE
from tests.python.traps.engines import Engine, on_duckdb, on_rehearsal
from tests.python.traps.table import MACHINE, TABLES, TRAPS


def _render(target: str, folder: Path) -> list[str]:
    """Return the cures as dbt compiles them for a target, in order: the project's macros, and an analysis a cure."""
    project = folder / "project"
    shutil.copytree(ROOT / "macros", project / "macros")
    flags = yaml.safe_load((ROOT / "dbt_project.yml").read_text())["flags"]
    (project / "dbt_project.yml").write_text(yaml.safe_dump({"name": PROJECT, "profile": PROJECT, "flags": flags}))
    (project / "analyses").mkdir()
    for trap in TRAPS:
        (project / "analyses" / f"{trap.id}.sql").write_text(trap.cure)
    # Nothing is asked of a warehouse, so none has to exist.
    without_warehouse = ("--no-introspect", "--no-populate-cache")
    env = dbt_env(folder, target, folder)
    must_run_dbt("compile", "--project-dir", str(project), *without_warehouse, env=env)
    compiled = Path(env["DBT_TARGET_PATH"]) / "compiled" / PROJECT / "analyses"
    return [(compiled / f"{trap.id}.sql").read_text() for trap in TRAPS]


@pytest.fixture(scope="session")
def cures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Render the cures for DuckDB and for Redshift, side by side, as starting dbt takes seconds."""
    targets = {"duckdb": "ci", "redshift": "redshift"}
    folders = [tmp_path_factory.mktemp(target) for target in targets.values()]
    with ThreadPoolExecutor(max_workers=2) as pool:
        return dict(zip(targets, pool.map(_render, targets.values(), folders), strict=True))


@pytest.fixture(scope="session")
def bare_duckdb() -> Iterator[Engine]:
    """Yield a DuckDB as it comes on a machine."""
    with on_duckdb(TABLES, MACHINE) as engine:
        yield engine


@pytest.fixture(scope="session")
def own_duckdb() -> Iterator[Engine]:
    """Yield a DuckDB on the same machine with the settings of the project's profile."""
    with on_duckdb(TABLES, MACHINE | PROFILE["outputs"]["ci"]["settings"]) as engine:
        yield engine


@pytest.fixture(scope="session")
def redshift(rehearsal: Rehearsal) -> Iterator[Engine]:
    """Yield the rehearsal."""
    with on_rehearsal(TABLES, rehearsal) as engine:
        yield engine
