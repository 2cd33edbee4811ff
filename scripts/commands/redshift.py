"""Rehearse for Redshift, set it up, and take it down."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from scripts.commands.options import LikeDbt, Select, matching

app = typer.Typer()
PANEL = "Redshift"

Scale = Annotated[float, typer.Option(help="Size of the lake that is made; 1 has 172,456 sales.")]


class Against(StrEnum):
    """What DuckDB is compared with."""

    rehearsal = "rehearsal"
    redshift = "redshift"


@app.command(rich_help_panel=PANEL, cls=LikeDbt)
def rehearse(
    scale: Scale = 0.01,
    lake: Annotated[Path | None, typer.Option(help="Folder of a lake to use, instead of making one.")] = None,
    select: Select = None,
    keep: Annotated[bool, typer.Option("--keep", help="Leave the warehouse up at the end, until Ctrl-C.")] = False,
    serve: Annotated[bool, typer.Option("--serve", help="Only start the warehouse, for a dbt of your own.")] = False,
    port: Annotated[int, typer.Option(help="Port to listen on.", show_default="a free one")] = 0,
    latency: Annotated[float, typer.Option(metavar="MS", help="Let each statement wait so long.", min=0)] = 0,
    commit_latency: Annotated[float, typer.Option(metavar="MS", help="Let each COMMIT wait longer.", min=0)] = 0,
    log: Annotated[Path | None, typer.Option(help="File for the log of all statements, a JSON object a line.")] = None,
) -> int:
    """Run the whole project, twice, through dbt-redshift against a stand-in that refuses what Redshift refuses."""
    from scripts.rehearsal.__main__ import main

    arguments = ["--scale", str(scale), "--port", str(port)]
    arguments += ["--latency", str(latency), "--commit-latency", str(commit_latency)]
    arguments += ["--lake", str(lake)] if lake else []
    arguments += ["--select", *select] if select else []
    arguments += ["--log", str(log)] if log else []
    arguments += [option for option, given in (("--keep", keep), ("--serve", serve)) if given]
    return main(arguments)


@app.command(rich_help_panel=PANEL, cls=LikeDbt)
def parity(
    scale: Scale = 0.01,
    lake: Annotated[Path | None, typer.Option(help="Folder of a lake to compare on, instead of making one.")] = None,
    against: Annotated[
        Against, typer.Option(help="redshift: read a real warehouse that was built from the same --lake.")
    ] = Against.rehearsal,
    select: Select = None,
) -> int:
    """Compare every staging model and mart of DuckDB with Redshift's: columns, types, rows, every value; metrics too.

    What the selected models read must be selected too.
    """
    from rich.console import Console

    from scripts.parity.run import run

    return run(Console(soft_wrap=True), scale=scale, lake=lake, against=against.value, select=select or [])


# What can be written into SQL without quotes, or between them, and mean nothing but itself.
_ROLE_ARN = r"arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+"
_NAME = r"[a-z][a-z0-9_]{0,62}"
_USER = rf"{_NAME}|IAMR?:[A-Za-z0-9+=,.@_-]{{1,64}}"
_is_name = matching(_NAME, "a name of small letters, digits and underscores")


@app.command(rich_help_panel=PANEL)
def setup_sql(
    role_arn: Annotated[
        str,
        typer.Option(
            help="The role by which Spectrum reads the lake: the stack's output SpectrumRoleArn.",
            callback=matching(_ROLE_ARN, "the ARN of an IAM role, such as arn:aws:iam::123456789012:role/spectrum"),
        ),
    ],
    glue_database: Annotated[
        str, typer.Option(help="Database in Glue: the stack's output GlueDatabase.", callback=_is_name)
    ] = "tickit_lakehouse",
    database: Annotated[str, typer.Option(help="Database in Redshift.", callback=_is_name)] = "tickit",
    schema: Annotated[
        str, typer.Option(help="What the schemas' names begin with, as in REDSHIFT_SCHEMA.", callback=_is_name)
    ] = "tickit",
    dbt_user: Annotated[
        str,
        typer.Option(
            help="dbt's database user; IAMR:<role> or IAM:<user> if it logs in by IAM.",
            callback=matching(_USER, "a name such as tickit_dbt, or IAMR:role or IAM:user"),
        ),
    ] = "tickit_dbt",
    connections: Annotated[int, typer.Option(help="Most connections of dbt's user.", min=1, max=99_999)] = 10,
    timeout_minutes: Annotated[
        int, typer.Option(help="Longest time of a statement of dbt's user, in minutes.", min=1, max=99_999)
    ] = 30,
) -> None:
    """Print the SQL that sets up Redshift for dbt: roles, dbt's user, schemas and grants.

    An administrator runs it, in the query editor or with psql; docs/redshift.md shows how.
    """
    from scripts.aws.setup_sql import setup_sql as filled_in

    sql = filled_in(
        role_arn,
        glue_database=glue_database,
        database=database,
        schema=schema,
        dbt_user=dbt_user,
        connections=connections,
        statement_timeout=timeout_minutes * 60_000,
    )
    print(sql, end="")


@app.command(rich_help_panel=PANEL)
def upload(
    to: Annotated[str, typer.Option(help="s3://bucket, the stack's output Lake; a folder in it may follow.")],
    lake: Annotated[Path, typer.Option(help="Folder of the lake.")] = Path("lake"),
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print what would be done, and change nothing.")] = False,
    delete: Annotated[
        bool, typer.Option("--delete", help="Delete files in S3 that the lake does not have, such as dropped months.")
    ] = False,
) -> None:
    """Upload a lake to S3: what is missing or different there, checked by SHA-256.

    Run the same command again after an interruption: files that have arrived are not sent again.
    """
    from scripts.aws.upload import upload as upload_lake

    upload_lake(lake, to, dry_run=dry_run, deletes=delete)


@app.command(rich_help_panel=PANEL)
def teardown(
    stack: Annotated[str, typer.Option(help="Name of the stack, for example tickit-lakehouse.", metavar="NAME")],
    yes: Annotated[
        str | None, typer.Option(help="The same name once more, to remove it without being asked.", metavar="NAME")
    ] = None,
    snapshot: Annotated[
        bool,
        typer.Option(
            "--snapshot/--no-snapshot", help="Take a last snapshot of Redshift; without, the histories in it are lost."
        ),
    ] = True,
) -> None:
    """Remove a stack made from scripts/aws/lakehouse.yml: the lake, Redshift and all else.

    It lists first what it will remove, and asks. Run the same command again after an interruption.
    """
    from scripts.aws.teardown import tear_down

    tear_down(stack, confirmed=yes, with_snapshot=snapshot)
