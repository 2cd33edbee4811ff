"""Review a change before it is merged."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scripts.commands.options import Target

app = typer.Typer()


@app.command(rich_help_panel="Develop")
def review(
    base: Annotated[
        str, typer.Option(help="The branch or commit that the change is to be merged into.", metavar="COMMIT")
    ] = "origin/main",
    target: Target = None,
    warehouse: Annotated[
        Path | None,
        typer.Option(
            help="On DuckDB: production's file or a copy of it, which is only read.", show_default="the target's own"
        ),
    ] = None,
    state: Annotated[
        Path | None,
        typer.Option(
            help="A folder with main's manifest.json, and run_results.json for its seconds.",
            show_default="the base commit is parsed, once",
        ),
    ] = None,
    number: Annotated[
        int | None,
        typer.Option(help="Number of the pull request.", show_default="GitHub's, in its workflow", min=1),
    ] = None,
    comment: Annotated[
        bool, typer.Option("--comment", help="Write the report as a comment of the pull request, or over the last one.")
    ] = False,
    output: Annotated[Path, typer.Option(help="The file to write.")] = Path("reports/review/review.md"),
) -> int:
    """Report what a change does to models, contracts and data: one Markdown file, the verdict first.

    Compares the working folder with the commit where it left --base. Builds and tests what changed and what reads it,
    beside production (a DuckDB file of its own, or schemas pr_<number> on Redshift, dropped afterwards), and compares
    the rows. The exit code is 1 if a model or a test failed; the report is written then too.
    """
    from rich.console import Console

    from scripts.core.profiles import default_target
    from scripts.review.run import Request, run

    request = Request(base, target or default_target(), state, warehouse, number, comment, output)
    return run(request, Console(soft_wrap=True))
