"""Ask for metrics."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from scripts.commands.options import Target

app = typer.Typer()


class Format(StrEnum):
    """How an answer is printed."""

    table = "table"
    csv = "csv"
    json = "json"


@app.command(rich_help_panel="Build and look")
def metric(
    metrics: Annotated[
        list[str] | None, typer.Argument(help="Names of metrics: revenue tickets.", metavar="METRIC...")
    ] = None,
    by: Annotated[
        str, typer.Option(help="Dimensions, with commas between: month,category_name.", metavar="NAMES")
    ] = "",
    where: Annotated[
        str,
        typer.Option(help="Which rows count: \"venue_state_code = 'NV' and month >= '2008-11'\".", metavar="FILTER"),
    ] = "",
    order: Annotated[
        str,
        typer.Option(
            help="Names of columns, with commas between; - before one for the highest first: -revenue.", metavar="NAMES"
        ),
    ] = "",
    limit: Annotated[int | None, typer.Option(help="Rows at most.", min=1, show_default="all")] = None,
    saved: Annotated[
        str, typer.Option(help="A saved query, instead of metrics and --by: monthly_sales.", metavar="NAME")
    ] = "",
    as_format: Annotated[
        Format, typer.Option("--format", help="csv and json have numbers with all their digits.")
    ] = Format.table,
    what: Annotated[
        bool, typer.Option("--list", help="What can be asked; of the metrics that are named, by which dimensions.")
    ] = False,
    sql: Annotated[bool, typer.Option("--sql", help="Print the SQL for the target instead of the answer.")] = False,
    target: Target = None,
) -> None:
    """Answer a question with the metrics of the project, each defined once in models/semantics.

    tickit metric revenue tickets --by month,category_name --where "venue_state_code = 'NV'"
    """
    from scripts.core.errors import UsageError
    from scripts.core.profiles import default_target
    from scripts.metrics.answer import as_csv, as_json, as_table, ask, catalogue, console, semantics_of
    from scripts.metrics.semantics import Question

    if not (metrics or saved or what):
        raise UsageError("name a metric, such as `tickit metric revenue --by month`; `tickit metric --list` shows all.")
    if saved and (metrics or by):
        raise UsageError("--saved brings its own metrics and dimensions: leave out others.")
    target = target or default_target()
    semantics = semantics_of(target)
    question = Question(tuple(metrics or ()), _names(by), where, _names(order), limit, saved)
    if what:
        semantics.check_metrics(question.metrics)
        for part in catalogue(semantics, question.metrics):
            console().print(part, highlight=False)
    elif sql:
        print(semantics.query(question).sql)
    else:
        answer = ask(target, semantics, question)
        if as_format is Format.table:
            console().print(as_table(answer, semantics.metrics), highlight=False)
        else:
            print(as_csv(answer) if as_format is Format.csv else as_json(answer), end="")


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())
