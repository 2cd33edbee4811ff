"""What a run made, in a few lines: rows of the marts, rejected rows, tests, seconds, and where to go next."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from scripts.core.sql import literal
from scripts.warehouse import query

NEXT = (
    ("make docs", "the documentation of every model and column, and the lineage"),
    ("make query", "a SQL shell on the marts"),
    ("make dashboard", "the sales dashboard as one HTML file"),
)

# Folders of models that say how the jobs went, or serve the metrics.
_NOT_OF_THE_MARKET = ("operations", "semantics")
_REJECTED = "stg_tickit__rejected_rows"


def summarise(manifest: Any, results: list[Any], warehouse: Path) -> dict[str, Any]:
    """Return the run as plain data: rows by mart, rejected rows by table and reason, number of tests, seconds by node.

    Marts that were never built, as the selection left them out, are not in it.
    """
    built = {tuple(row) for row in query(warehouse, "select table_schema, table_name from information_schema.tables")}
    relations = {
        node.name: node.relation_name
        for node in manifest.nodes.values()
        if node.resource_type == "model" and (node.schema, node.alias) in built
    }
    marts = {
        node.name
        for node in manifest.nodes.values()
        if node.resource_type == "model" and node.access == "public" and node.fqn[1] not in _NOT_OF_THE_MARKET
    }
    counts = [f"select {literal(name)}, count(*) from {relations[name]}" for name in sorted(marts & set(relations))]
    rejected = relations.get(_REJECTED)
    return {
        "marts": dict(sorted(query(warehouse, " union all ".join(counts)))) if counts else {},
        "rejected": query(
            warehouse, f"select table_name, reject_reason, count(*) from {rejected} group by all order by all"
        )
        if rejected
        else [],
        "tests": Counter(result.status for result in results if result.node.resource_type == "test"),
        "seconds": {result.node.unique_id: round(result.execution_time, 3) for result in results},
    }


def print_summary(console: Console, summary: dict[str, Any], seconds: dict[str, float], warehouse: Path) -> None:
    """Print the end of a run."""
    table = Table(title="Rows per mart", title_justify="left", show_header=False, box=None, padding=(0, 2))
    table.add_column()
    table.add_column(justify="right")
    for name, rows in summary["marts"].items():
        table.add_row(name, f"{rows:,}")
    console.print()
    console.print(table)

    console.print("\nRejected rows ", end="")
    if not summary["rejected"]:
        console.print("none: every line of the lake is in a staging model")
    for name, reason, lines in summary["rejected"]:
        console.print(f"\n  {name:<10} {lines:>8,}  {reason}", highlight=False, markup=False, end="")
    if summary["rejected"]:
        console.print("\n  They are in tickit_staging.stg_tickit__rejected_rows, with file and content (`make query`).")

    tests = summary["tests"]
    counts = ", ".join(f"{count} {status}" for status, count in sorted(tests.items()))
    console.print(f"Tests         {counts}")
    if seconds:
        steps = ", ".join(f"{name} {spent:.1f}" for name, spent in seconds.items())
        console.print(f"Seconds       {steps}; together {sum(seconds.values()):.1f}", highlight=False)
    console.print(f"Warehouse     {warehouse}", highlight=False, markup=False)
    console.print("\nWhat next")
    for command, what in NEXT:
        console.print(f"  {command:<16}{what}", highlight=False)
