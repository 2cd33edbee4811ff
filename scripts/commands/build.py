"""Build the warehouse and look at it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from scripts.commands.options import LikeDbt, Select, Target

app = typer.Typer()
PANEL = "Build and look"


class Page(StrEnum):
    """The dashboards."""

    sales = "sales"
    health = "health"


@app.command(rich_help_panel=PANEL, cls=LikeDbt)
def run(
    target: Target = None,
    select: Select = None,
    exclude: Annotated[
        list[str] | None, typer.Option(help="What to leave out, as dbt's --exclude: tag:python.", metavar="WHAT...")
    ] = None,
    selector: Annotated[
        str | None, typer.Option(help="What to build, by its name in selectors.yml: sql.", metavar="NAME")
    ] = None,
) -> int:
    """Build the lakehouse on DuckDB: make a lake if there is none, stage its files, build and test every model.

    Running twice changes nothing: if neither the code nor the lake has changed since the last successful run, nothing
    is built. The exit code is 1 if a model or a test failed.
    """
    from rich.console import Console

    from scripts.build.run import run as build
    from scripts.core.profiles import default_target

    given = {"--select": select or [], "--exclude": exclude or [], "--selector": [selector] if selector else []}
    selection = [word for option, words in given.items() if words for word in (option, *words)]
    return build(target or default_target(), selection, Console(soft_wrap=True))


@app.command(rich_help_panel=PANEL)
def query(
    target: Target = None,
    tables: Annotated[
        bool, typer.Option("--tables", help="The open tables of the lake instead of the warehouse.")
    ] = False,
) -> None:
    """Open DuckDB's own shell on the warehouse, read-only, with the marts in reach by their bare names."""
    if tables:
        from scripts.tables.reading import open_shell as open_tables

        open_tables()
    from scripts.build.query import open_shell
    from scripts.core.profiles import default_target

    open_shell(target or default_target())


@app.command(rich_help_panel=PANEL)
def docs(
    target: Target = None,
    port: Annotated[int, typer.Option(help="Where to serve.", min=1, max=65535)] = 8080,
    serve: Annotated[bool, typer.Option(help="Serve them until Ctrl-C, or only write the files.")] = True,
) -> None:
    """Write the docs site and the lineage of columns, reports/docs.html and reports/lineage.html, and serve them."""
    from scripts.build.docs import make_docs
    from scripts.core.profiles import default_target

    make_docs(target or default_target(), port if serve else None)


@app.command(rich_help_panel=PANEL)
def dashboard(
    target: Target = None,
    board: Annotated[Page, typer.Option(help="sales: the market; health: how the jobs are doing.")] = Page.sales,
    output: Annotated[
        Path | None,
        typer.Option(help="The file to write.", show_default="reports/dashboard.html, or reports/health.html"),
    ] = None,
) -> None:
    """Write a dashboard, sales or health: one HTML file that needs no network, from the tables of a target."""
    from rich.console import Console

    from scripts.build.dashboard import BOARDS, draw
    from scripts.core.profiles import default_target

    output = output or BOARDS[board.value]
    console = Console(soft_wrap=True, highlight=False)
    console.print("Reading the marts ...")
    about = draw(target or default_target(), board.value, output)
    console.print(f"The dashboard is in {output}, {about} Open it in a browser.")
