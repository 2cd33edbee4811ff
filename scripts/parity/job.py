"""The job behind `make parity`: build both sides, compare, report."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import perf_counter

from redshift_rehearsal import RehearsalError, start
from rich.console import Console
from rich.table import Table

from scripts.jobs.errors import JobError, exit_code
from scripts.jobs.tools import tool
from scripts.lake.layout import RAW_ZONE
from scripts.parity.bad_lines import add_bad_lines
from scripts.parity.compare import Outcome, compare
from scripts.parity.readers import DuckDB, Redshift
from scripts.parity.redshift import connect as connect_to_redshift
from scripts.parity.relations import Relation, relations
from scripts.rehearsal.setting_up import (
    create_external_schema,
    deliver_more,
    environment,
    make_lake,
    settings,
    write_inventory,
)

STAGE = ["run-operation", "stage_external_sources"]
BUILD = ["build", "--resource-type", "seed", "--resource-type", "model"]
# Python models run on DuckDB alone, which publishes their results in the lake; the other side reads them there.
WITHOUT_PYTHON = ["--exclude", "tag:python"]

# Made of the times of the lake's files, which are others in S3 than in the folder that was uploaded.
OF_FILE_TIMES = frozenset({"delivery_version"})


def main(arguments: list[str] | None = None) -> int:
    """Compare; return 0 if everything is the same, 1 if something differs or fails."""
    parser = argparse.ArgumentParser(prog="python -m scripts.parity", description=__doc__)
    parser.add_argument("--scale", type=float, default=0.01, help="of the lake that is made (default: 0.01)")
    parser.add_argument("--lake", type=Path, help="compare on this lake instead of making one")
    parser.add_argument(
        "--against",
        choices=("rehearsal", "redshift"),
        default="rehearsal",
        help="redshift: read a real warehouse that was built from the same --lake (default: rehearsal)",
    )
    parser.add_argument(
        "--select",
        nargs="+",
        default=[],
        help="what to build and compare, as dbt's --select; all by default. What they read must be selected too",
    )
    return exit_code(run, parser.parse_args(arguments), Console(soft_wrap=True))


def run(options: argparse.Namespace, console: Console) -> int:
    """Build both sides and compare them; raise JobError if a side cannot be built."""
    if options.against == "redshift" and not options.lake:
        raise JobError("--against redshift needs --lake: the lake that the warehouse was built from.")
    started = perf_counter()
    with tempfile.TemporaryDirectory(prefix="parity-") as folder:
        scratch = Path(folder)
        lake = options.lake or _make_lake(options.scale, scratch / "lake", console)
        if not (lake / RAW_ZONE).is_dir():
            raise JobError(f"no lake at {lake}: it has no folder {RAW_ZONE}.")
        ours = scratch / "duckdb.duckdb"
        selected = ["--select", *options.select] if options.select else []

        with _other_side(options.against, lake, scratch, console) as (redshift, build_theirs):

            def build(which: list[str]) -> None:
                commands = (STAGE, [*BUILD, *selected, *which])
                console.print("Building on DuckDB ...")
                _dbt(commands, "ci", {"TICKIT_LAKE": str(lake.resolve()), "TICKIT_WAREHOUSE": str(ours)}, scratch)
                build_theirs(commands)

            # Into a lake of the user's own nothing is published.
            build(WITHOUT_PYTHON if options.lake else [])
            unlike = OF_FILE_TIMES if options.against == "redshift" else frozenset()
            compared = _compared(scratch / "ci", unlike)
            if not options.lake:
                # What a later run does is other SQL than what the first one did.
                console.print("New data arrives: a month, a correction, late lines, two days, lines to be rejected.")
                deliver_more(lake)
                add_bad_lines(lake)
                build(WITHOUT_PYTHON)
            console.print("Comparing ...")
            duckdb = DuckDB(ours)
            outcomes = [compare(relation, duckdb, redshift, options.against) for relation in compared]
    return _report(outcomes, options.against, perf_counter() - started, console)


@contextmanager
def _other_side(
    against: str, lake: Path, scratch: Path, console: Console
) -> Iterator[tuple[Redshift, Callable[[tuple[list[str], ...]], None]]]:
    """Yield the side that DuckDB is compared with, and what builds it with dbt's commands.

    The rehearsal is started here; a real Redshift was built by its user.
    """
    if against == "redshift":
        console.print("Connecting to Redshift ...")
        built = connect_to_redshift()
        with closing(built.connection):
            yield Redshift(built.connection, built.schema), lambda _: None
        return
    try:
        with start(settings(lake)) as running, running.connect() as connection:
            create_external_schema(running)

            def build(commands: tuple[list[str], ...]) -> None:
                console.print("Building on the rehearsal of Redshift ...")
                write_inventory(lake)
                _dbt(commands, "rehearsal", environment(running), scratch)

            yield Redshift(connection), build
    except RehearsalError as error:
        raise JobError(str(error)) from error


def _compared(target_path: Path, unlike: frozenset[str]) -> list[Relation]:
    """Return the staging models and marts that the last build made, less these columns; JobError if it made none."""
    manifest, results = (
        json.loads((target_path / name).read_text(encoding="utf-8")) for name in ("manifest.json", "run_results.json")
    )
    built = {result["unique_id"] for result in results["results"]}
    if found := list(relations(manifest, built, unlike)):
        return found
    raise JobError("nothing to compare: --select names no staging model and no mart.")


def _make_lake(scale: float, lake: Path, console: Console) -> Path:
    """Make a synthetic lake to begin with."""
    console.print(f"Making a lake of scale {scale:g} ...")
    try:
        make_lake(lake, scale)
    except RehearsalError as error:
        raise JobError(str(error)) from error
    return lake


def _dbt(commands: tuple[list[str], ...], target: str, variables: dict[str, str], scratch: Path) -> None:
    """Run dbt commands on a target, quietly, in a folder of their own; raise JobError if one fails."""
    own = {"DBT_PROFILES_DIR": "profiles", "DBT_TARGET_PATH": str(scratch / target), "DBT_LOG_PATH": str(scratch)}
    if not Path("dbt_packages").is_dir():
        commands = (["deps"], *commands)
    for command in commands:
        done = subprocess.run(
            [tool("dbt"), "--no-use-colors", *command, "--target", target],
            env={**os.environ, **own, **variables},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise JobError(f"dbt {command[0]} --target {target} failed:\n{done.stdout}{done.stderr}")


def _report(outcomes: list[Outcome], against: str, seconds: float, console: Console) -> int:
    """Print a table of all relations, and for each that differs what and where; return the exit code."""
    table = Table(title=f"DuckDB against {against}", title_justify="left", box=None, padding=(0, 2))
    for heading, justify in (("model", "left"), ("rows", "right"), ("columns", "right"), ("result", "left")):
        table.add_column(heading, justify=justify)
    for outcome in outcomes:
        result = "[red]differs[/red]" if outcome.differences else "same"
        table.add_row(outcome.relation.model, f"{outcome.rows:,}", str(len(outcome.relation.columns)), result)
    console.print()
    console.print(table)
    different = [outcome for outcome in outcomes if outcome.differences]
    for outcome in different:
        console.print(f"\n[red]{outcome.relation.model}[/red]", highlight=False)
        for difference in outcome.differences:
            console.print(f"  {difference}", highlight=False, markup=False)
        console.print(outcome.report, highlight=False, markup=False)
    values = sum(outcome.rows * (len(outcome.relation.columns) - len(outcome.relation.unlike)) for outcome in outcomes)
    console.print(
        f"\n{len(outcomes) - len(different)} of {len(outcomes)} tables are the same, "
        f"{values:,} values compared, in {seconds:.0f} s.",
        highlight=False,
    )
    return int(bool(different))
