"""Build the lakehouse on DuckDB: make a lake if there is none, register its files, build and test every model.

What `make run` calls. Running twice changes nothing: if neither the code nor the lake has changed since the last
successful run, nothing is built.
"""

from __future__ import annotations

import argparse
import os
import shlex
import subprocess
import sys
from pathlib import Path
from time import perf_counter

os.environ.setdefault("DBT_PROFILES_DIR", "profiles")
os.environ.setdefault("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")

from rich.console import Console

from scripts.jobs import state
from scripts.jobs.errors import JobError, exit_code
from scripts.jobs.problems import DONE, print_problems
from scripts.jobs.settings import check_settings, default_target
from scripts.jobs.summary import print_summary, summarise
from scripts.jobs.warehouse import check_not_locked, check_writable, warehouse_path
from scripts.lake.layout import RAW_ZONE

DEFAULT_LAKE = "lake"

# Passed on to dbt.
_SELECTIONS = {
    "select": "what to build, as dbt's --select: rpt_sales_forecast, +fct_sales, tag:python",
    "exclude": "what to leave out, as dbt's --exclude: tag:python",
    "selector": "what to build, by its name in selectors.yml: sql",
}


def main(arguments: list[str] | None = None) -> int:
    """Run the job; return the exit code: 0 built (or nothing to do), 1 something failed, 2 wrong arguments."""
    parser = argparse.ArgumentParser(prog="python -m scripts.jobs.run", description=__doc__)
    parser.add_argument(
        "--target", default=default_target(), help="a DuckDB target of profiles/profiles.yml (%(default)s)"
    )
    for option, what in _SELECTIONS.items():
        parser.add_argument(f"--{option}", nargs="+", metavar="WHAT", help=f"{what}; all by default")
    options = parser.parse_args(arguments)
    selection = [
        word for option in _SELECTIONS if (given := getattr(options, option)) for word in (f"--{option}", *given)
    ]
    return exit_code(run, options.target, selection, Console(soft_wrap=True))


def run(target: str, selection: list[str], console: Console) -> int:
    """Build what dbt's options in ``selection`` name; return 0 if all was built and no test failed, else 1."""
    seconds: dict[str, float] = {}
    lake = os.environ.get("TICKIT_LAKE", DEFAULT_LAKE).rstrip("/")
    check_settings()
    warehouse = warehouse_path(target)
    check_writable(warehouse)
    check_not_locked(warehouse)
    _make_lake_if_none(lake, console, seconds)

    made_from = state.inputs(lake, selection)
    if result := state.last_result(made_from, warehouse, lake):
        console.print("Nothing has changed since the last run, in the lake or in the code: nothing to build.")
        print_summary(console, result, {}, warehouse)
        return 0

    from scripts.jobs.dbt_steps import Dbt  # dbt takes a second to import, and all that could stop us early is past

    dbt = Dbt(target, console, seconds)
    console.print("Parsing the project ...")
    dbt.parse()
    nodes = dbt.selected(selection)
    tables = state.Tables(warehouse, made_from["code"], dbt.incremental_models())
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
    print_summary(console, summary, seconds, warehouse)
    state.remember(made_from, warehouse, lake, summary)
    return 0


def _make_lake_if_none(lake: str, console: Console, seconds: dict[str, float]) -> None:
    """Make a synthetic lake of scale 1 where the default lake is missing; a lake of the user's own must be there."""
    if lake.startswith("s3://") or (Path(lake) / RAW_ZONE).is_dir():
        return
    if lake != DEFAULT_LAKE:
        raise JobError(
            f"no lake at {lake} (TICKIT_LAKE): it has no folder {RAW_ZONE}. Make one with "
            f"`make lake DEST={shlex.quote(lake)}`, or unset TICKIT_LAKE to use the default."
        )
    console.print("There is no lake yet: making a synthetic one of scale 1 ...")
    started = perf_counter()
    if subprocess.run([sys.executable, "-m", "scripts.lake", "--dest", lake], check=False).returncode:
        raise JobError("the lake could not be made: see above.")
    seconds["lake"] = perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
