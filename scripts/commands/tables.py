"""Open tables: publish marts as Iceberg tables, look at their versions, go back."""

from __future__ import annotations

from typing import Annotated

import typer

from scripts.commands.options import LikeDbt, Target

app = typer.Typer()
PANEL = "Open tables"

_Table = Annotated[str, typer.Argument(help="An open table: fct_sales.", metavar="TABLE")]


@app.command(rich_help_panel=PANEL, cls=LikeDbt)
def publish(
    select: Annotated[
        list[str] | None, typer.Option(help="Names of models: fct_sales dim_users.", metavar="MODEL...")
    ] = None,
    target: Target = None,
) -> None:
    """Write the marts as Apache Iceberg tables in the lake; what has not changed stays as it is.

    A lake in a folder gets a catalog in SQLite, one in S3 uses Glue: docs/open_tables.md.
    """
    from scripts.core.profiles import default_target, duckdb_file
    from scripts.tables.report import publish_and_report

    publish_and_report(duckdb_file(target or default_target()), select or [])


@app.command(rich_help_panel=PANEL)
def tables(
    table: Annotated[
        str | None, typer.Argument(help="A table, to list all versions of it: fct_sales.", metavar="TABLE")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, with the addresses for other engines.")] = False,
) -> None:
    """List the open tables: versions, rows, files and sizes."""
    from scripts.tables.report import list_tables

    list_tables(table, as_json=as_json)


@app.command(rich_help_panel=PANEL)
def rollback(
    table: _Table,
    to: Annotated[
        int | None, typer.Option(help="A version, as `tickit tables TABLE` lists it.", show_default="the one before")
    ] = None,
) -> None:
    """Make an earlier version of an open table the current one; the later ones stay until they expire.

    The next publish writes the mart again: correct it first.
    """
    from scripts.tables.report import roll_back_and_report

    roll_back_and_report(table, to)


@app.command(rich_help_panel=PANEL)
def expire(
    days: Annotated[
        float, typer.Option(help="Versions that are older are removed; the current ones stay.", min=0)
    ] = 30,
) -> None:
    """Remove old versions of the open tables, and files that killed publishers left."""
    from scripts.tables.report import expire_and_report

    expire_and_report(days)


@app.command(rich_help_panel=PANEL)
def erase(
    user_id: Annotated[int, typer.Argument(help="Key of the user: dim_users.user_id.", metavar="USER_ID")],
    now: Annotated[
        bool,
        typer.Option("--now", help="Although the warehouse still has the user: the next publish brings the rows back."),
    ] = False,
    target: Target = None,
) -> None:
    """Remove a person's rows from the open tables, with all files that hold them; older versions of these tables go.

    Remove the person from the lake first, build and publish: docs/open_tables.md.
    """
    from scripts.core.profiles import default_target, duckdb_file
    from scripts.tables.report import erase_and_report

    erase_and_report(duckdb_file(target or default_target()), user_id, now=now)
