"""Where the time of a dbt command goes, from what dbt itself notes: its log and run_results.json."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

# "05:01:14.123456 [debug] [Thread-1 (]: SQL status: OK in 0.003 seconds"
_STATEMENT = re.compile(r"^(\d\d):(\d\d):(\d\d\.\d+) \[debug\].*SQL status: .* in ([0-9.]+) seconds")
DAY = 86_400.0


@dataclass(frozen=True)
class Split:
    """The seconds of a dbt command by what they went to; they add up to its time on the wall.

    ``start_and_parse``  Python's and dbt's start, reading the project, and the end: all outside of running nodes
    ``engine``           at least one statement is under way in DuckDB
    ``dbt``              nodes are being run and no statement is under way: compiling, logging, waiting for a thread
    """

    start_and_parse: float
    engine: float
    dbt: float
    nodes: int


def split(seconds: float, target: Path, log: Path) -> Split:
    """Split the time of the last dbt command; ``log`` is its dbt.log, and of no other command."""
    results = json.loads((target / "run_results.json").read_text())
    running = float(results["elapsed_time"])
    engine = min(busy_seconds(statements(log.read_text(errors="replace").splitlines())), running)
    return Split(max(0.0, seconds - running), engine, running - engine, len(results["results"]))


def statements(lines: Iterable[str]) -> list[tuple[float, float]]:
    """Return begin and end of each statement in a dbt.log, in seconds of the day; past midnight they go on growing."""
    found, last = [], 0.0
    for line in lines:
        if match := _STATEMENT.match(line):
            hours, minutes, seconds, took = match.groups()
            end = int(hours) * 3600 + int(minutes) * 60 + float(seconds)
            while end < last - DAY / 2:
                end += DAY
            last = end
            found.append((end - float(took), end))
    return found


def busy_seconds(intervals: Iterable[tuple[float, float]]) -> float:
    """Return how long at least one of the intervals lasts."""
    total, until = 0.0, float("-inf")
    for begin, end in sorted(intervals):
        total += max(0.0, end - max(begin, until))
        until = max(until, end)
    return total
