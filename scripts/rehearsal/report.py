"""What a rehearsal found, in a form that a person reads: steps, statements, and each refusal with its rule."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from statistics import mean, median

from rich.console import Console
from rich.table import Table

from scripts.rehearsal.dbt_run import Step
from scripts.rehearsal.log import Failure, Statement, read_log

_MOST_LINES = 12


def print_report(console: Console, steps: list[Step], log: Path) -> bool:
    """Print the end of a rehearsal; return whether nothing was refused and nothing failed."""
    statements, failures = read_log(log)
    by_number = {statement.number: statement for statement in statements}
    for failure in _distinct(failures, by_number):
        _print_failure(console, failure, by_number[failure.number])
    problems = [(step, problem) for step in steps for problem in step.problems]
    known = {_words(failure.message) for failure in failures}
    for step, problem in problems:
        # What the refusals above tell already, dbt repeats in its own words.
        if not any(message in _words(problem) for message in known):
            _say(console, f"\n{step.name}: {problem}")
    _print_steps(console, steps)
    _print_statements(console, statements, failures)
    return not failures and not problems


def _distinct(failures: list[Failure], statements: dict[int, Statement]) -> list[Failure]:
    """Leave out what a second run, or a retry of dbt's, repeats; and what follows from an earlier error."""
    first: dict[tuple, Failure] = {}
    for failure in failures:
        if failure.sqlstate == "25P02" or failure.number not in statements:  # the transaction is aborted
            continue
        first.setdefault((statements[failure.number].node, failure.rule, failure.message), failure)
    return list(first.values())


def _print_failure(console: Console, failure: Failure, statement: Statement) -> None:
    console.print("\n[red]Refused[/red] ", end="")
    _say(console, statement.node or "a statement of no model")
    _say(console, f"  {failure.message}")
    _say(console, f"  rule: {failure.rule}")
    _say(console, f"  page: {failure.documentation}")
    lines = [line for line in _without_comments(statement.sql).splitlines() if line.strip()]
    for line in lines[:_MOST_LINES]:
        _say(console, f"    {line}")
    if len(lines) > _MOST_LINES:
        _say(console, f"    ... {len(lines) - _MOST_LINES} more lines")


def _print_steps(console: Console, steps: list[Step]) -> None:
    table = Table(box=None, pad_edge=False)
    for title, justify in (("step", "left"), ("seconds", "right"), ("what ran", "left")):
        table.add_column(title, justify=justify)
    for step in steps:
        by_kind: dict[str, Counter] = {}
        for (kind, status), count in step.results.items():
            by_kind.setdefault(kind, Counter())[status] += count
        ran = "; ".join(
            f"{sum(counts.values())} {kind} ({', '.join(f'{count} {status}' for status, count in counts.items())})"
            for kind, counts in by_kind.items()
            if kind != "operation"
        )
        table.add_row(step.name, f"{step.seconds:.1f}", ran or ("failed" if step.problems else "done"))
    table.add_row("together", f"{sum(step.seconds for step in steps):.1f}", "", style="bold")
    console.print()
    console.print(table)


def _print_statements(console: Console, statements: list[Statement], failures: list[Failure]) -> None:
    if not statements:
        return
    milliseconds = [statement.milliseconds for statement in statements]
    rewritten = sum(bool(statement.sent) for statement in statements)
    _say(
        console,
        f"Statements: {len(statements):,}, {rewritten:,} of them rewritten, {len(failures):,} refused or failed. "
        f"In the proxy: {mean(milliseconds):.2f} ms of processor time a statement "
        f"(median {median(milliseconds):.2f}, at most {max(milliseconds):.1f}).",
    )


def _without_comments(sql: str) -> str:
    """Leave out the comment that dbt puts into every statement."""
    return re.sub(r"/\*\s*\{.*?\}\s*\*/", "", sql, flags=re.DOTALL).strip()


def _words(text: str) -> str:
    return " ".join(text.split())


def _say(console: Console, text: str) -> None:
    # What is quoted, SQL or a path, may look like rich's markup.
    console.print(text, highlight=False, markup=False)
