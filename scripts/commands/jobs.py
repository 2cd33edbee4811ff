"""Run the jobs that jobs/jobs.yml declares, and look at them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scripts.commands.options import Target

app = typer.Typer()
PANEL = "Jobs"

jobs = typer.Typer(help="Look at the declared jobs.", no_args_is_help=True)
app.add_typer(jobs, name="jobs", rich_help_panel=PANEL)


@jobs.command("list")
def list_jobs() -> None:
    """List the jobs: when and where they run, and their steps."""
    from rich.console import Console

    from scripts.jobs.declaration import load
    from scripts.jobs.plan import print_jobs

    print_jobs(load(), Console(soft_wrap=True, highlight=False))


@jobs.command()
def check(context: typer.Context) -> int:
    """Check jobs/jobs.yml: its form, its targets, and each command line by the parser of the command."""
    from rich.console import Console

    from scripts.jobs.command_lines import wrong_command_lines
    from scripts.jobs.declaration import DECLARATION, load

    console = Console(soft_wrap=True, highlight=False)
    declared = load()
    wrong = list(wrong_command_lines(list(declared.values()), context.find_root().command))
    for sentence in wrong:
        console.print(f"{DECLARATION}: {sentence}", markup=False)
    if not wrong:
        console.print(f"{DECLARATION} is right: {len(declared)} jobs.")
    return 2 if wrong else 0


@jobs.command()
def record(
    run: Annotated[
        Path, typer.Argument(help="The folder of a run: reports/jobs/<target>/<job>/<run>.", show_default=False)
    ],
) -> int:
    """Write a run into the history in its warehouse, with earlier ones that are missing. A job does it at its end."""
    from scripts.jobs.history import record

    count = record(run)
    print(f"Recorded {count} {'run' if count == 1 else 'runs'} in the schema of operations.")
    return 0


@jobs.command()
def render(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail if a file is outdated.")] = False,
) -> int:
    """Write the files that schedulers read, from jobs/jobs.yml: GitHub workflows, CloudFormation, dbt Cloud's jobs."""
    from rich.console import Console

    from scripts.jobs.declaration import load
    from scripts.jobs.render import outdated, write

    console = Console(soft_wrap=True, highlight=False)
    declared = list(load().values())
    files = outdated(declared) if check else write(declared)
    for file in files:
        console.print(f"{file} {'is outdated: run `tickit jobs render`' if check else 'written'}", markup=False)
    if not files:
        console.print("Every file is as jobs/jobs.yml says.")
    return 1 if check and files else 0


@app.command(
    rich_help_panel=PANEL,
    epilog="Exit codes: 0 done; 1 a step failed; 2 wrong arguments, or a mistake in jobs/jobs.yml; 75 another "
    "run holds the lock, or a transient failure outlived its retries; 124 timeout; 130 Ctrl-C; 143 SIGTERM.",
)
def job(
    name: Annotated[str, typer.Argument(help="A job of jobs/jobs.yml: daily.", show_default=False)],
    target: Target = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print what would be run, and run nothing.")] = False,
    from_step: Annotated[
        str | None, typer.Option("--from", help="Begin with this step.", metavar="STEP", show_default="the first")
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Begin with the first step, also if the last run was stopped or killed.")
    ] = False,
) -> int:
    """Run a job step by step, with a log for each; docs/operations.md says what to do when it fails."""
    from rich.console import Console

    from scripts.core.profiles import default_target
    from scripts.jobs.declaration import job_named
    from scripts.jobs.plan import plan, print_plan
    from scripts.jobs.run import Runner

    console = Console(soft_wrap=True, highlight=False)
    planned = plan(job_named(name), target or default_target(), from_step)
    if dry_run:
        print_plan(planned, console)
        return 0
    return Runner(planned, console).run(fresh=fresh)
