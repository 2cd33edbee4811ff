"""Rehearse the project for Redshift: ``tickit rehearse``.

Runs the whole dbt project through the real dbt-redshift adapter, twice, against a PostgreSQL on this machine that
refuses what Redshift refuses; then stops all that it started.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from redshift_rehearsal import Rehearsal, RehearsalError, start
from rich.console import Console

from scripts.lake.layout import PUBLISHED_ZONE
from scripts.rehearsal.setting_up import (
    create_external_schema,
    deliver_more,
    environment,
    make_lake,
    publish,
    settings,
    write_inventory,
)


def main(arguments: list[str] | None = None) -> int:
    """Rehearse; return 0 if all went well, 1 if something was refused or failed, 130 after Ctrl-C."""
    options = _parser().parse_args(arguments)
    console, complaints = Console(soft_wrap=True), Console(stderr=True, soft_wrap=True)
    # As Ctrl-C, so that what was started is stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        return _rehearse(options, console)
    except RehearsalError as error:
        complaints.print("[red]Error:[/red] ", end="")
        complaints.print(str(error), highlight=False, markup=False)
        return 1
    except KeyboardInterrupt:
        complaints.print("stopped")
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tickit rehearse", description=__doc__)
    parser.add_argument("--scale", type=float, default=0.01, help="size of the lake; 1 has 172,456 sales (%(default)s)")
    parser.add_argument("--lake", type=Path, help="folder of a lake to use, instead of making one")
    parser.add_argument("--select", nargs="+", default=[], help="what to build, as dbt's --select; all by default")
    parser.add_argument("--keep", action="store_true", help="leave the warehouse up at the end, until Ctrl-C")
    parser.add_argument("--serve", action="store_true", help="only start the warehouse, for a dbt of your own")
    parser.add_argument("--port", type=int, default=0, help="port to listen on; a free one by default")
    parser.add_argument("--latency", type=float, default=0, metavar="MS", help="let each statement wait so long")
    parser.add_argument("--commit-latency", type=float, default=0, metavar="MS", help="each COMMIT so much longer")
    parser.add_argument("--log", type=Path, help="file for the log of all statements, a JSON object a line")
    return parser


def _rehearse(options: argparse.Namespace, console: Console) -> int:
    started = time.monotonic()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rehearsal-")))
        lake = options.lake or make_lake(folder / "lake", options.scale)
        if not lake.is_dir():
            raise RehearsalError(f"there is no lake at {lake}: make one with `make lake DEST={lake}`.")
        if not (options.lake or options.serve):
            console.print("DuckDB runs the Python models and publishes their results ...")
            publish(lake, folder / "publishing")
        elif not (lake / PUBLISHED_ZONE).is_dir():
            console.print(f"Nothing is published in {lake} (make run publishes): what Redshift reads there is empty.")
        write_inventory(lake)
        log = options.log or folder / "statements.jsonl"
        running = stack.enter_context(start(settings(lake, options.port, options.latency, options.commit_latency), log))
        console.print(f"The stand-in for Redshift is up after {time.monotonic() - started:.1f} s.", highlight=False)
        create_external_schema(running)
        done_well = True
        if not options.serve:
            # A lake of the user's own is left as it is.
            more = None if options.lake else lake
            done_well = _run_project(options.select, running, folder, more, console)
            console.print(f"Rehearsed in {time.monotonic() - started:.1f} s.", highlight=False)
        if options.keep or options.serve:
            _wait(running, console)
    return 0 if done_well else 1


def _run_project(
    select: list[str], running: Rehearsal, folder: Path, growing_lake: Path | None, console: Console
) -> bool:
    """Run the project, everything twice, because some SQL runs on a second time only; print the report.

    In between, more is delivered to ``growing_lake``.
    """
    from scripts.rehearsal.dbt_run import Dbt
    from scripts.rehearsal.report import print_report

    dbt = Dbt(console, folder, environment(running))
    dbt.parse()
    dbt.stage("external tables")
    dbt.build("build", select, with_tests=False)
    if growing_lake:
        console.print("New data arrives: a month, a correction, late lines, two days.")
        deliver_more(growing_lake)
        write_inventory(growing_lake)
    dbt.stage("external tables, again")
    # The tests see what the second run left behind, which is where a duplicate would be.
    dbt.build("build and test, again", select, with_tests=True)
    dbt.document()
    return print_report(console, dbt.steps, running.report())


def _wait(running: Rehearsal, console: Console) -> None:
    """Say how to connect, and wait for Ctrl-C."""
    settings = " ".join(f"{name}={value}" for name, value in environment(running).items())
    dbt = os.path.relpath(Path(sys.executable).with_name("dbt"))
    console.print(
        f"\nListening on {running.host}:{running.port}: database tickit, user dbt or admin, any password. Examples:\n"
        f"  {settings} {dbt} build --profiles-dir profiles --target rehearsal\n"
        f"  psql -h {running.host} -p {running.port} -U dbt tickit\n"
        f"The log of all statements: {running.log}\n"
        "Ctrl-C stops it.",
        highlight=False,
        markup=False,
    )
    running.process.wait()


if __name__ == "__main__":
    sys.exit(main())
