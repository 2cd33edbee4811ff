"""Build both sides, compare every staging model and mart, report.

Both are built from the same small lake: DuckDB's in a file of its own, the other in the rehearsal, which is started and
stopped. Against a real Redshift, that one is read as profiles/profiles.yml describes it.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from time import perf_counter

from redshift_rehearsal import RehearsalError, start
from rich.console import Console
from rich.table import Table

from scripts.core.dbt import PACKAGES, in_a_process
from scripts.core.errors import TickitError
from scripts.core.redshift import connect as connect_to_redshift
from scripts.lake.layout import RAW_ZONE
from scripts.parity.bad_lines import add_bad_lines
from scripts.parity.compare import Outcome, compare
from scripts.parity.metrics import compare_metrics
from scripts.parity.readers import DuckDB, Redshift
from scripts.parity.relations import Relation, relations
from scripts.rehearsal.setting_up import (
    create_external_schema,
    deliver_more,
    environment,
    make_lake,
    settings,
    write_inventory,
)

MANIFEST = "semantic_manifest.json"
STAGE = ["run-operation", "stage_external_sources"]
BUILD = ["build", "--resource-type", "seed", "--resource-type", "model"]
# Python models run on DuckDB alone, which publishes their results in the lake; the other side reads them there.
WITHOUT_PYTHON = ["--exclude", "tag:python"]

# Made of the times of the lake's files, which are others in S3 than in the folder that was uploaded.
OF_FILE_TIMES = frozenset({"delivery_version"})


def run(
    console: Console,
    *,
    scale: float = 0.01,
    lake: Path | None = None,
    against: str = "rehearsal",
    select: Sequence[str] = (),
) -> int:
    """Build both sides and compare them; return 0 if everything is the same, else 1.

    Args:
        console: where the report goes.
        scale: of the lake that is made.
        lake: folder of a lake to compare on, instead of making one.
        against: ``rehearsal``, or ``redshift`` for a real warehouse that was built from the same ``lake``.
        select: what to build and compare, as dbt's --select; all if empty.

    Raises:
        TickitError: a side cannot be built.

    """
    if against == "redshift" and not lake:
        raise TickitError("--against redshift needs --lake: the lake that the warehouse was built from.")
    started = perf_counter()
    with tempfile.TemporaryDirectory(prefix="parity-") as folder:
        scratch = Path(folder)
        own = lake is None
        lake = lake or _make_lake(scale, scratch / "lake", console)
        if not (lake / RAW_ZONE).is_dir():
            raise TickitError(f"no lake at {lake}: it has no folder {RAW_ZONE}.")
        ours = scratch / "duckdb.duckdb"
        selected = ["--select", *select] if select else []

        with _other_side(against, lake, scratch, console) as (redshift, build_theirs):

            def build(which: list[str]) -> None:
                commands = (STAGE, [*BUILD, *selected, *which])
                console.print("Building on DuckDB ...")
                _dbt(commands, "ci", {"TICKIT_LAKE": str(lake.resolve()), "TICKIT_WAREHOUSE": str(ours)}, scratch)
                build_theirs(commands)

            # Into a lake of the user's own nothing is published.
            build([] if own else WITHOUT_PYTHON)
            unlike = OF_FILE_TIMES if against == "redshift" else frozenset()
            compared = _compared(scratch / "ci", unlike)
            if own:
                # What a later run does is other SQL than what the first one did.
                console.print("New data arrives: a month, a correction, late lines, two days, lines to be rejected.")
                deliver_more(lake)
                add_bad_lines(lake)
                build(WITHOUT_PYTHON)
            console.print("Comparing ...")
            duckdb = DuckDB(ours)
            outcomes = [compare(relation, duckdb, redshift, against) for relation in compared]
            metrics = []
            if not select:
                if against == "redshift":
                    _dbt((["parse"],), "redshift", {}, scratch)
                metrics = compare_metrics(
                    duckdb, scratch / "ci" / MANIFEST, redshift, scratch / against / MANIFEST, against
                )
    return _report(outcomes, metrics, against, perf_counter() - started, console)


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
        raise TickitError(str(error)) from error


def _compared(target_path: Path, unlike: frozenset[str]) -> list[Relation]:
    """Return the staging models and marts that the last build made, less these columns; TickitError if it made none."""
    manifest, results = (
        json.loads((target_path / name).read_text(encoding="utf-8")) for name in ("manifest.json", "run_results.json")
    )
    built = {result["unique_id"] for result in results["results"]}
    if found := list(relations(manifest, built, unlike)):
        return found
    raise TickitError("nothing to compare: --select names no staging model and no mart.")


def _make_lake(scale: float, lake: Path, console: Console) -> Path:
    """Make a synthetic lake to begin with."""
    console.print(f"Making a lake of scale {scale:g} ...")
    try:
        make_lake(lake, scale)
    except RehearsalError as error:
        raise TickitError(str(error)) from error
    return lake


def _dbt(commands: tuple[list[str], ...], target: str, variables: dict[str, str], scratch: Path) -> None:
    """Run dbt commands on a target, quietly, in a folder of their own; raise TickitError if one fails."""
    own = {"DBT_TARGET_PATH": str(scratch / target), "DBT_LOG_PATH": str(scratch)}
    if not PACKAGES.is_dir():
        commands = (["deps"], *commands)
    for command in commands:
        done = in_a_process(["--no-use-colors", *command, "--target", target], {**own, **variables})
        if done.returncode:
            raise TickitError(f"dbt {command[0]} --target {target} failed:\n{done.stdout}")


def _report(outcomes: list[Outcome], metrics: list[Outcome], against: str, seconds: float, console: Console) -> int:
    """Print a table of all relations and questions, and of each that differs what and where; return the exit code."""
    table = Table(title=f"DuckDB against {against}", title_justify="left", box=None, padding=(0, 2))
    for heading in ("model, or question to the metrics", "rows", "columns", "result"):
        table.add_column(heading, justify="right" if heading in ("rows", "columns") else "left")
    everything = [*outcomes, *metrics]
    for outcome in everything:
        result = "[red]differs[/red]" if outcome.differences else "same"
        table.add_row(outcome.relation.model, f"{outcome.rows:,}", str(len(outcome.relation.columns)), result)
    console.print()
    console.print(table)
    different = [outcome for outcome in everything if outcome.differences]
    for outcome in different:
        console.print(f"\n[red]{outcome.relation.model}[/red]", highlight=False)
        for difference in outcome.differences:
            console.print(f"  {difference}", highlight=False, markup=False)
        console.print(outcome.report, highlight=False, markup=False)
    values = sum(each.rows * (len(each.relation.columns) - len(each.relation.unlike)) for each in everything)
    asked = f", {_same(metrics)} questions to the metrics have the same answer" if metrics else ""
    console.print(
        f"\n{_same(outcomes)} tables are the same{asked}, {values:,} values compared, in {seconds:.0f} s.",
        highlight=False,
    )
    return int(bool(different))


def _same(outcomes: list[Outcome]) -> str:
    return f"{sum(not outcome.differences for outcome in outcomes)} of {len(outcomes)}"
