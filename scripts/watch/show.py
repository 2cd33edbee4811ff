"""What a save led to, on the terminal: failed checks, rows, the first rows, what is downstream.

First rows may hold personal data. They go to a terminal alone: where the output is a file or a pipe, they are left out.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from scripts.build.problems import print_problems
from scripts.core.errors import TickitError
from scripts.warehouse import query, query_by_name
from scripts.watch.changes import Plan, id_name

_FIRST_ROWS = 5
_MOST_TABLES = 3
"""Of how many changed tables the first rows are shown: a macro may change all of them."""
_CELL = 24
_BUILT = ("model", "seed")


def show_results(console: Console, manifest: Any, plan: Plan, results: list[Any], warehouse: Path, target: str) -> None:
    """Print rows and first rows of what was built, how the tests went, and last what is wrong."""
    made = [
        result.node
        for result in results
        if result.node.resource_type in _BUILT and result.status == "success" and result.node.relation_name
    ]
    rows = _count(made, warehouse)
    shown = 0
    for node in sorted(made, key=lambda node: (node.unique_id not in plan.tables, node.name)):
        console.print(f"  {node.name:<36} {rows[node.unique_id]:>12,} rows", highlight=False, markup=False)
        if node.unique_id in plan.tables and shown < _MOST_TABLES:
            shown += 1
            _show_first_rows(console, f"select * from {node.relation_name}", warehouse)
    tests = [result for result in results if result.node.resource_type in ("test", "unit_test")]
    if tests:
        statuses = [str(result.status) for result in tests]
        counts = [f"{statuses.count(status)} {status}" for status in dict.fromkeys(sorted(statuses))]
        console.print(f"  Tests: {', '.join(counts)}", highlight=False)
    print_problems(console, manifest, results, warehouse, target)


def show_analysis(console: Console, result: Any, warehouse: Path) -> None:
    """Print the first rows of a compiled analysis."""
    console.print(f"\n{result.node.original_file_path}", highlight=False, markup=False)
    if not result.node.compiled_code:
        console.print(f"  {result.message}", highlight=False, markup=False)
        return
    _show_first_rows(console, result.node.compiled_code, warehouse)


def show_plan(console: Console, manifest: Any, plan: Plan) -> None:
    """Print what reads it: what was built with it, and what was not and why."""
    if plan.below:
        console.print(f"  Downstream, built: {', '.join(id_name(manifest, id) for id in plan.below)}", highlight=False)
    for id, why in sorted(plan.left_out.items()):
        console.print(f"  Not built: {id_name(manifest, id)} ({why})", highlight=False, markup=False)
    if plan.readers:
        console.print(f"  Read by: {', '.join(plan.readers)}", highlight=False, markup=False)


def _count(nodes: list[Any], warehouse: Path) -> dict[str, int]:
    if not nodes:
        return {}
    counts = [f"select {number}, count(*) from {node.relation_name}" for number, node in enumerate(nodes)]
    return {nodes[number].unique_id: count for number, count in query(warehouse, " union all ".join(counts))}


def _show_first_rows(console: Console, sql: str, warehouse: Path) -> None:
    if not console.is_terminal:
        try:
            query(warehouse, f"select 1 from ({sql}\n) as found limit 1")
        except TickitError as error:
            console.print(f"  {error}", highlight=False, markup=False)
        return
    try:
        rows = query_by_name(warehouse, f"select * from ({sql}\n) as found limit {_FIRST_ROWS}")
    except TickitError as error:
        console.print(f"  {error}", style="red", highlight=False, markup=False)
        return
    if not rows:
        return
    # As many columns as fit, each wide enough to be read.
    table, left = Table(box=None, padding=(0, 1), header_style="bold"), console.width - 4
    names = list(rows[0])
    for number, name in enumerate(names):
        width = min(_CELL, max(len(name), *(len(str(row[name])) for row in rows))) + 2
        if width > left and number:
            table.add_column(f"(+{len(names) - number})", style="dim", no_wrap=True)
            names = names[:number]
            break
        table.add_column(name, no_wrap=True, overflow="ellipsis", max_width=_CELL)
        left -= width
    from rich.text import Text

    for row in rows:
        table.add_row(*(Text("" if row[name] is None else str(row[name])) for name in names))
    console.print(table)
