"""The end of a rehearsal: what was refused, what dbt said beyond that, and each step with seconds and statements."""

from __future__ import annotations

from collections import Counter
from itertools import zip_longest
from typing import Any

from redshift_rehearsal import Report, described
from rich.console import Console
from rich.table import Table

from scripts.rehearsal.dbt_run import Step

# What dbt lists though nothing is sent for it, or for which it has no node.
_NOT_RUN = ("exposure", "operation", "saved_query")


def print_report(console: Console, steps: list[Step], report: Report) -> bool:
    """Print the end of a rehearsal; return whether nothing was refused and nothing failed."""
    for finding in report.findings:
        console.print()
        _say(console, described(finding))
    problems = [(step, problem) for step in steps for problem in step.problems]
    known = {_words(failure.message) for failure in report.failures}
    for step, problem in problems:
        # dbt repeats the refusals above in its own words.
        if not any(message in _words(problem) for message in known):
            _say(console, f"\n{step.name}: {problem}")
    _print_steps(console, steps, report)
    _say(console, report.summary)
    return not report.failures and not problems


def _print_steps(console: Console, steps: list[Step], report: Report) -> None:
    table = Table(box=None, pad_edge=False)
    for title in ("step", "seconds", "statements", "commits", "lookups", "comments", "what ran"):
        table.add_column(title, justify="left" if title in ("step", "what ran") else "right")
    for step, next_step in zip_longest(steps, steps[1:]):
        work = report.work(step.since, next_step.since if next_step else float("inf"))
        by_kind: dict[str, Counter[Any]] = {}
        for (kind, status), count in step.results.items():
            by_kind.setdefault(kind, Counter())[status] += count
        ran = "; ".join(_of_kind(kind, counts) for kind, counts in by_kind.items() if kind not in _NOT_RUN)
        counts = (work.statements, work.commits, work.lookups, work.comments)
        done = ran or ("failed" if step.problems else "done")
        table.add_row(step.name, f"{step.seconds:.1f}", *(f"{count:,}" for count in counts), done)
    table.add_row("together", f"{sum(step.seconds for step in steps):.1f}", style="bold")
    console.print()
    console.print(table)


def _of_kind(kind: str, counts: Counter[Any]) -> str:
    """Write how many of a kind ran, and how they ended where one did not succeed."""
    ended = ", ".join(f"{count} {status}" for status, count in counts.items())
    return f"{counts.total()} {kind}" + ("" if set(counts) <= {"success", "pass"} else f" ({ended})")


def _words(text: str) -> str:
    return " ".join(text.split())


def _say(console: Console, text: str) -> None:
    # What is quoted, SQL or a path, may look like rich's markup.
    console.print(text, highlight=False, markup=False)
