"""Draw the sales dashboard: one HTML file that needs no network, from the marts in the warehouse.

What `make dashboard` calls. The charts are in dashboards/sales.yml; this program finds the warehouse, says what is
wrong if it cannot be read, and has dbt-charts draw the board.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import yaml
from jinja2 import Template
from rich.console import Console

from scripts.jobs.settings import default_target

BOARD = Path("dashboards/sales.yml")
EXPOSURE = "sales_dashboard"
OUTPUT = Path("reports/dashboard.html")
# Its own folder, also named in dashboards/dbt_charts.yml: dbt-charts takes no DBT_TARGET_PATH outside of the project.
PARSED = "target/dashboard"


class DashboardError(Exception):
    """Something that the user can put right: the message says what happened and what to do, without a traceback."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw the dashboard; return 0, or 1 if that failed. Wrong arguments exit with 2."""
    parser = argparse.ArgumentParser(prog="python -m scripts.dashboard", description=__doc__)
    parser.add_argument(
        "--target",
        default=default_target(),
        help="a target of profiles.yml, where the marts are (default: %(default)s)",
    )
    parser.add_argument("--output", type=Path, default=OUTPUT, help="the file to write (default: %(default)s)")
    wanted = parser.parse_args(arguments)
    try:
        draw(wanted.target, wanted.output)
    except DashboardError as error:
        Console(stderr=True).print(f"error: {error}", style="red", highlight=False, markup=False, soft_wrap=True)
        return 1
    Console().print(f"The dashboard is in {wanted.output}. Open it in a browser.", highlight=False, soft_wrap=True)
    return 0


def draw(target: str, output: Path) -> None:
    """Draw the board from the marts of the target; replace the output when the new one is complete."""
    profiles = Path(os.environ.get("DBT_PROFILES_DIR", "profiles")).resolve()
    profile, connection = _connection(profiles / "profiles.yml", target)
    if connection["type"] != "duckdb":
        _marts(target, profiles)
        _render(target, profiles, connection["type"], output)
        return

    warehouse = Template(connection["path"]).render(env_var=os.environ.get)
    _check_readable(Path(warehouse))
    _check_built(Path(warehouse), _marts(target, profiles))
    with TemporaryDirectory() as folder:
        # dbt-charts 0.10 looks inside the project for a path that comes from a variable, and wants the target's own
        # schema to exist, which dbt does not make: it is given the file, and the schema that every file has.
        plain = {"type": "duckdb", "path": str(Path(warehouse).resolve()), "schema": "main"}
        Path(folder, "profiles.yml").write_text(yaml.safe_dump({profile: {"outputs": {target: plain}}}))
        _render(target, Path(folder), warehouse, output)


def _render(target: str, profiles: Path, warehouse: str, output: Path) -> None:
    """Have dbt-charts draw the board; the warehouse is what the footer says the numbers are from."""
    output.parent.mkdir(parents=True, exist_ok=True)
    # The whole path: dbt-charts counts from the folder of the board.
    unfinished = output.with_name(f".{output.name}").resolve()
    try:
        drawn = subprocess.run(
            [
                Path(sysconfig.get_path("scripts"), "dct"),
                *("render", BOARD, "--project-dir", BOARD.parent, "--dbt-project-dir", "."),
                *("--format", "html", "--output", unfinished, "--no-cache", "--var", f"warehouse={warehouse}"),
            ],
            env=os.environ | {"DBT_PROFILES_DIR": str(profiles), "DBT_TARGET": target, "DO_NOT_TRACK": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        if drawn.returncode:
            raise DashboardError(f"dbt-charts could not draw {BOARD}.\n{drawn.stderr.strip()}")
        unfinished.replace(output)
    finally:
        unfinished.unlink(missing_ok=True)


def _connection(profiles: Path, target: str) -> tuple[str, dict]:
    """Return the profile's name, and what it says of the target, its variables not filled in."""
    if not profiles.exists():
        raise DashboardError(f"there is no {profiles}: set DBT_PROFILES_DIR to the folder that has profiles.yml")
    ((name, profile),) = yaml.safe_load(profiles.read_text(encoding="utf-8")).items()
    if target not in profile["outputs"]:
        raise DashboardError(f"there is no target {target} in {profiles}: choose {', '.join(profile['outputs'])}")
    return name, profile["outputs"][target]


def _check_readable(warehouse: Path) -> None:
    """Check that the DuckDB file is there and that no other program writes to it."""
    if not warehouse.exists():
        raise DashboardError(
            f"there is no warehouse {warehouse}: build it with `make run` and the same TICKIT_WAREHOUSE, DBT_TARGET"
        )
    try:
        duckdb.connect(warehouse, read_only=True).close()
    except duckdb.Error as error:
        # Its words in full: the message of a damaged file also has "block" in it.
        if "Could not set lock" not in str(error):
            raise DashboardError(f"{warehouse} cannot be read: {error}") from error
        raise DashboardError(
            f"{warehouse} is being written by another program, and DuckDB lets nobody read meanwhile: "
            "wait until `make run` has finished, or close the program that has it open"
        ) from error


def _marts(target: str, profiles: Path) -> dict[str, str]:
    """Parse the project; return the tables that the exposure reads, each with its name in the warehouse."""
    # Imported here: dbt takes two seconds to import, and a warehouse is found missing without it.
    from dbt.cli.main import dbtRunner

    options = ("--quiet", "--target", target, "--target-path", PARSED, "--profiles-dir", str(profiles))
    parsed = dbtRunner().invoke(["parse", *options])
    if not parsed.success:
        raise DashboardError(f"dbt could not read the project: {parsed.exception or 'see above'}")
    nodes = parsed.result.nodes
    (exposure,) = (exposure for exposure in parsed.result.exposures.values() if exposure.name == EXPOSURE)
    return {nodes[node].name: nodes[node].relation_name for node in exposure.depends_on.nodes}


def _check_built(warehouse: Path, marts: dict[str, str]) -> None:
    """Check that the marts are in the DuckDB file."""
    with duckdb.connect(warehouse, read_only=True) as connection:
        for name, relation in marts.items():
            try:
                connection.execute(f"from {relation} limit 0")
            except duckdb.CatalogException as error:
                raise DashboardError(f"there is no {name} in {warehouse}: run `make run` first") from error


if __name__ == "__main__":
    sys.exit(main())
