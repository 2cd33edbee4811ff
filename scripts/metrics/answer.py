"""Ask the warehouse for metrics, and show the answer: a table, CSV or JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import duckdb
from rich.console import Console, RenderableType
from rich.table import Table

from scripts.core.dbt import in_process
from scripts.core.errors import TickitError
from scripts.core.profiles import duckdb_file, output
from scripts.core.settings import target_folder
from scripts.metrics.semantics import Kind, Metric, Query, Question, Semantics
from scripts.warehouse import check_built, query


@dataclass(frozen=True)
class Answer:
    """Rows of values, in the order of the query's columns: dimensions, then metrics."""

    query: Query
    rows: Sequence[Sequence[object]]

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns."""
        return (*self.query.by, *self.query.metrics)


def semantics_of(target: str) -> Semantics:
    """Parse the project for a target and return its metrics; raise TickitError if it cannot be parsed."""
    engine = output(target)[1]["type"]
    in_process(["parse"], target=target)
    return Semantics(target_folder() / "semantic_manifest.json", engine)


def ask(target: str, semantics: Semantics, question: Question) -> Answer:
    """Answer a question from the warehouse of a target.

    Raises:
        UsageError: the question has a mistake.
        TickitError: there is no warehouse, it is in use, or the target is not DuckDB.

    """
    found = semantics.query(question)
    if output(target)[1]["type"] != "duckdb":
        raise TickitError(f"target {target} is not DuckDB: --sql prints the query, for a client of the warehouse.")
    warehouse = duckdb_file(target)
    check_built(warehouse)
    try:
        return Answer(found, query(warehouse, found.sql))
    except TickitError as error:
        if isinstance(error.__cause__, duckdb.CatalogException):
            raise TickitError(
                f"{warehouse} lacks a table that the metrics read: build it with `make run`."
            ) from error.__cause__
        raise


def as_table(answer: Answer, metrics: Mapping[str, Metric]) -> Table:
    """Return the answer for a terminal: dollars with cents, shares in percent."""
    table = Table(box=None, padding=(0, 2), pad_edge=False)
    for name in answer.columns:
        table.add_column(name, justify="right" if name in metrics else "left", no_wrap=True)
    written = [_written(metrics[name].unit if name in metrics else "") for name in answer.columns]
    for row in answer.rows:
        table.add_row(*(write(value) for write, value in zip(written, row, strict=True)))
    return table


def as_csv(answer: Answer) -> str:
    """Return the answer as CSV with a header; numbers have all their digits, shares are not percent."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(answer.columns)
    writer.writerows(answer.rows)
    return text.getvalue()


def as_json(answer: Answer) -> str:
    """Return the answer as a list of objects, one a row; a day is text, a number a number."""
    rows = [dict(zip(answer.columns, map(_plain, row), strict=True)) for row in answer.rows]
    return json.dumps(rows, indent=2, ensure_ascii=False) + "\n"


def catalogue(semantics: Semantics, metrics: Sequence[str]) -> list[RenderableType]:
    """Return what can be asked: these metrics, or all, with their dimensions; and the saved queries."""
    chosen = metrics or list(semantics.metrics)
    dimensions = semantics.dimensions_of(metrics) if metrics else semantics.dimensions
    of_metrics = _listed("Metrics", "unit")
    for name in chosen:
        of_metrics.add_row(name, semantics.metrics[name].unit, semantics.metrics[name].description)
    of_dimensions = _listed("Dimensions, for --by and --where")
    for dimension in dimensions.values():
        period = f" By {dimension.grain}." if dimension.kind is Kind.TIME and dimension.grain != "day" else ""
        of_dimensions.add_row(dimension.name, dimension.description + period)
    of_queries = _listed("Saved queries, for --saved")
    for saved in semantics.saved_queries.values():
        of_queries.add_row(saved.name, saved.description)
    shown: list[RenderableType] = [of_metrics, "", of_dimensions]
    return shown if metrics else [*shown, "", of_queries]


def console() -> Console:
    """Return a console for tables; what is not a terminal gets the whole width of each row."""
    terminal = Console()
    return terminal if terminal.is_terminal else Console(width=500)


def _listed(title: str, *more: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, padding=(0, 2), show_header=False)
    for heading in ("name", *more):
        table.add_column(heading, no_wrap=True)
    table.add_column("description")
    return table


def _written(unit: str) -> Callable[[object], str]:
    """Return how values of a unit are written for people."""

    def write(value: object) -> str:
        if value is None:
            return ""
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            if unit == "share":
                return f"{value:.1%}"
            if unit == "USD" or isinstance(value, float):
                return f"{value:,.2f}"
            return f"{value:,}" if unit else str(value)
        return str(value)

    return write


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() and not value.as_tuple().exponent else float(value)
    return value
