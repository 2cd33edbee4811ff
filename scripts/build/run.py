"""Build the lakehouse on DuckDB: make a lake if there is none, register its files, build and test every model.

What `make run` calls. Running twice changes nothing: if neither the code nor the lake has changed since the last
successful run, nothing is built.
"""

from __future__ import annotations

import shlex
from pathlib import Path
from time import perf_counter

from rich.console import Console

from scripts.build import state
from scripts.build.problems import DONE, print_problems
from scripts.build.serving import publish_parsed
from scripts.build.summary import print_summary, summarise
from scripts.core.errors import TickitError
from scripts.core.profiles import duckdb_file
from scripts.core.settings import DEFAULT_LAKE, check_settings, is_in_s3, lake_location
from scripts.lake.layout import RAW_ZONE
from scripts.lake.make import make_lake
from scripts.warehouse import check_not_locked, check_writable


def run(target: str, selection: list[str], console: Console) -> int:
    """Build what dbt's options in ``selection`` name; return 0 if all was built and no test failed, else 1."""
    seconds: dict[str, float] = {}
    lake = lake_location()
    check_settings()
    warehouse = duckdb_file(target)
    check_writable(warehouse)
    check_not_locked(warehouse)
    _make_lake_if_none(lake, console, seconds)

    made_from = state.inputs(lake, selection)
    last = state.last_run(made_from, warehouse, lake)
    if last.result is not None:
        console.print("Nothing has changed since the last run, in the lake or in the code: nothing to build.")
        print_summary(console, last.result, {}, warehouse)
        return 0
    console.print(f"Building because {', '.join(last.reasons)}.", highlight=False, markup=False)

    from scripts.build.steps import Dbt  # dbt takes a second to import, and all that could stop us early is past

    dbt = Dbt(target, console, seconds)
    console.print("Parsing the project ...")
    dbt.parse()
    nodes = dbt.selected(selection)
    tables = state.Tables(warehouse, str(made_from["code"]), dbt.incremental_models())
    anew = tables.begin(dbt.incremental_models() & {node.name for node in nodes})
    if anew:
        console.print("The tables may be of other code than the project has now: building them from nothing.")
    console.print("Registering the files of the lake as external tables ...")
    dbt.stage()
    console.print("Building and testing the models ...")
    results = dbt.build(selection, total=len(nodes), anew=anew, built=tables.built)
    print_problems(console, dbt.manifest, results, warehouse, target)
    if any(result.status not in DONE and result.status != "warn" for result in results):
        held_back = any(result.status == "skipped" for result in results)
        console.print(
            "\n[red]The build failed[/red]: see above for what and where. "
            + (
                "Nothing below a failure was built."
                if held_back
                else "All tables were built, and what failed is in them."
            )
        )
        return 1
    summary = summarise(dbt.manifest, results, warehouse)
    seconds["serving"] = publish_parsed(warehouse, console)
    print_summary(console, summary, seconds, warehouse)
    state.remember(made_from, warehouse, lake, summary)
    return 0


def _make_lake_if_none(lake: str, console: Console, seconds: dict[str, float]) -> None:
    """Make a synthetic lake of scale 1 where the default lake is missing; a lake of the user's own must be there."""
    if is_in_s3(lake) or (Path(lake) / RAW_ZONE).is_dir():
        return
    if lake != DEFAULT_LAKE:
        raise TickitError(
            f"no lake at {lake} (TICKIT_LAKE): it has no folder {RAW_ZONE}. Make one with "
            f"`make lake DEST={shlex.quote(lake)}`, or unset TICKIT_LAKE to use the default."
        )
    console.print("There is no lake yet: making a synthetic one of scale 1 ...")
    started = perf_counter()
    make_lake(Path(lake), console)
    seconds["lake"] = perf_counter() - started
