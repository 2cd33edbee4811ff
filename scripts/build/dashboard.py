"""Draw a dashboard: one HTML file that needs no network, from the tables in the warehouse.

The charts are in dashboards/; here the warehouse is checked, and dbt-charts draws the board.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import yaml

from scripts.core.dbt import in_process
from scripts.core.errors import TickitError
from scripts.core.profiles import duckdb_file, output, profiles_folder
from scripts.core.tools import tool
from scripts.warehouse import check_built, check_readable


@dataclass(frozen=True)
class Board:
    """A page: its file in dashboards/, the exposure that names what it reads, and where it is written by default."""

    file: Path
    exposure: str
    output: Path


BOARDS = {
    "sales": Board(Path("dashboards/sales.yml"), "sales_dashboard", Path("reports/dashboard.html")),
    "health": Board(Path("dashboards/health.yml"), "operations_health", Path("reports/health.html")),
}
# Its own folder, also named in dashboards/dbt_charts.yml: dbt-charts takes no DBT_TARGET_PATH outside of the project.
PARSED = "target/dashboard"


def draw(target: str, board: Board, to: Path) -> None:
    """Draw a board from the tables of the target; replace the file when the new one is complete."""
    profile, connection = output(target)
    if connection["type"] != "duckdb":
        _tables(target, board)
        _render(target, board, profiles_folder(), connection["type"], to)
        return

    warehouse = duckdb_file(target)
    check_built(warehouse)
    check_readable(warehouse)
    _check_tables(warehouse, _tables(target, board))
    with TemporaryDirectory() as folder:
        # dbt-charts 0.10 looks inside the project for a path that comes from a variable, and wants the target's own
        # schema to exist, which dbt does not make: it is given the file, and the schema that every file has.
        plain = {"type": "duckdb", "path": str(warehouse.resolve()), "schema": "main"}
        Path(folder, "profiles.yml").write_text(yaml.safe_dump({profile: {"outputs": {target: plain}}}))
        _render(target, board, Path(folder), str(warehouse), to)


def _render(target: str, board: Board, profiles: Path, warehouse: str, to: Path) -> None:
    """Have dbt-charts draw the board; the warehouse is what the footer says the numbers are from."""
    to.parent.mkdir(parents=True, exist_ok=True)
    # The whole path: dbt-charts counts from the folder of the board.
    unfinished = to.with_name(f".{to.name}").resolve()
    try:
        drawn = subprocess.run(
            [
                tool("dct"),
                *("render", board.file, "--project-dir", board.file.parent, "--dbt-project-dir", "."),
                *("--format", "html", "--output", unfinished, "--no-cache", "--var", f"warehouse={warehouse}"),
            ],
            env=os.environ | {"DBT_PROFILES_DIR": str(profiles.resolve()), "DBT_TARGET": target, "DO_NOT_TRACK": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        if drawn.returncode:
            raise TickitError(f"dbt-charts could not draw {board.file}.\n{drawn.stderr.strip()}")
        unfinished.replace(to)
    finally:
        unfinished.unlink(missing_ok=True)


def _tables(target: str, board: Board) -> dict[str, str]:
    """Parse the project; return the tables that the exposure reads, each with its name in the warehouse."""
    manifest: Any = in_process(["parse", "--target-path", PARSED], target=target).result
    nodes = manifest.nodes
    (exposure,) = (exposure for exposure in manifest.exposures.values() if exposure.name == board.exposure)
    return {nodes[node].name: nodes[node].relation_name for node in exposure.depends_on.nodes if node in nodes}


def _check_tables(warehouse: Path, tables: dict[str, str]) -> None:
    """Check that the tables are in the DuckDB file."""
    with duckdb.connect(warehouse, read_only=True) as connection:
        for name, relation in tables.items():
            try:
                connection.execute(f"from {relation} limit 0")
            except duckdb.CatalogException as error:
                raise TickitError(f"there is no {name} in {warehouse}: build it with `make run`.") from error
