"""Measure the project's builds at several scales beside other ways to build the same marts, and report."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass, field
from pathlib import Path

import duckdb
from rich.console import Console

from benchmarks import report, scenarios
from benchmarks.compare import differences
from benchmarks.lakes import check_space, lake_of
from benchmarks.measure import Measured
from benchmarks.sqlmesh import Sqlmesh, SqlmeshChecked
from benchmarks.statistics import Cost, bars, cost, ratio
from benchmarks.yardsticks import Floor, Project, Reference, Yardstick
from scripts.core.errors import TickitError

YARDSTICKS: dict[str, type[Yardstick]] = {c.name: c for c in (Floor, Project, Reference, Sqlmesh, SqlmeshChecked)}
VARIANTS = Project.variants
LARGE = 100
"""The scale from which on a third of the runs must do."""
DOCUMENT = Path("docs/performance.md")
FOLDER = Path("reports/bench")
# The reference and SQLMesh reject no rows and have no such table.
REJECTED_ROWS = "stg_tickit__rejected_rows"


@dataclass(frozen=True)
class Wanted:
    """What to measure, and where what is made goes."""

    scales: list[float]
    runs: int = 3
    yardsticks: list[str] = field(default_factory=lambda: list(YARDSTICKS))
    variants: list[str] = field(default_factory=lambda: list(VARIANTS))
    scenarios: bool = True
    """Also a new month, nothing new, an edit, little memory."""
    lakes: Path = FOLDER / "lakes"
    work: Path = FOLDER / "work"
    reports: Path = FOLDER
    document: bool = False
    """Write the tables into DOCUMENT too."""
    command: str = "tickit bench"
    """As it was given, for the report."""


def measure_all(wanted: Wanted, console: Console) -> None:
    """Measure what is wanted and report it; a bar that is not met is no error.

    Raises:
        TickitError: a build failed, builds other marts than the project, or the disk is too small.

    """
    costs, found = _measure_all(wanted, console)
    _report(wanted, costs, found, console)


def _measure_all(wanted: Wanted, console: Console) -> tuple[list[Cost], scenarios.Found]:
    costs: list[Cost] = []
    found = scenarios.Found()
    for scale in wanted.scales:
        # Before the lake, which takes long to make.
        check_space(scale, wanted.work, "databases")
        console.print(f"scale {scale:g}: the lake ...")
        lake = lake_of(scale, wanted.lakes).resolve()
        made = {}
        for name in wanted.yardsticks:
            yardstick = YARDSTICKS[name](lake, (wanted.work / f"scale_{scale:g}" / name).resolve())
            try:
                yardstick.prepare()
            except TickitError as error:
                if not issubclass(YARDSTICKS[name], Sqlmesh):
                    raise
                console.print(f"  {name}: left out. {error}", style="yellow", markup=False)
                continue
            made[name] = yardstick
        costs += _measure_scale(scale, made, wanted, console)
        if isinstance(project := made.get("project"), Project) and wanted.scenarios:
            scenarios.run(project, made, scale, found, console)
    return costs, found


def _measure_scale(scale: float, yardsticks: dict[str, Yardstick], wanted: Wanted, console: Console) -> list[Cost]:
    """Measure every variant of every yardstick, round by round, so that a slow hour of the machine hits all alike."""
    runs: dict[tuple[str, str], list[Measured]] = {}
    compared = False
    # A run of a large lake takes minutes, and a slow second of the machine is a small part of it.
    count = wanted.runs if scale < LARGE else max(1, wanted.runs // 3)
    for number in range(1, count + 1):
        for name, yardstick in yardsticks.items():
            # A yardstick that has none of the wanted variants (the floor is neither cold nor warm) runs as it is.
            variants = [v for v in yardstick.variants if v in wanted.variants] or [next(iter(yardstick.variants))]
            for variant in variants:
                measured = yardstick.run(variant)
                runs.setdefault((name, variant), []).append(measured)
                console.print(f"  run {number}  {name + ': ' + variant:<24} {measured.seconds:8.1f} s")
        if not compared and "project" in yardsticks:
            _compare(yardsticks, console)
            compared = True
    return [cost(scale, name, variant, measured) for (name, variant), measured in runs.items()]


def _compare(yardsticks: dict[str, Yardstick], console: Console) -> None:
    """Raise TickitError if a yardstick does not build what the project builds: it would measure nothing."""
    project = yardsticks["project"]
    assert isinstance(project, Project)  # noqa: S101 - for the type checker
    marts = project.marts()
    for name, other in yardsticks.items():
        if name == "project":
            continue
        complete = isinstance(other, Floor)
        wrong = differences(project.database, other.database, [*marts, *([REJECTED_ROWS] if complete else [])])
        if wrong:
            raise TickitError(f"{name} does not build the project's marts:\n  " + "\n  ".join(wrong))
        console.print(f"  {name}: the same rows as the project in {len(marts) + complete} tables")


def _report(wanted: Wanted, costs: list[Cost], found: scenarios.Found, console: Console) -> None:
    """Write the report, the plot and the raw results; print the table and the bars."""
    command = wanted.command
    judged = bars(costs, found.figures)
    machine = (
        f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}, "
        f"DuckDB {duckdb.__version__}; seconds are medians of the runs in the last column"
    )
    parts = [
        f"Made by `{command}` on {machine}.",
        report.table(costs),
        report.bars_table(judged),
        *(report.facts_table(title, facts) for title, facts in found.tables.items()),
    ]
    text = "\n\n".join(parts)
    wanted.reports.mkdir(parents=True, exist_ok=True)
    (wanted.reports / "bench.md").write_text(f"# Performance and cost\n\n{text}\n\n{scenarios.HOW_MEASURED}\n")
    report.plot(costs, wanted.reports / "bench.svg")
    raw = {
        "command": command,
        "machine": machine,
        "costs": [asdict(c) for c in costs],
        "figures": found.figures,
        "tables": found.tables,
        "bars": [{**asdict(bar), "verdict": bar.verdict} for bar in judged],
    }
    (wanted.reports / "bench.json").write_text(json.dumps(raw, indent=2) + "\n")
    if wanted.document:
        report.write_between_markers(DOCUMENT, text)
    console.print()
    for c in costs:
        relative = ratio(costs, c.scale, (c.yardstick, c.variant), ("floor", "build"))
        against = f"{relative:6.2f} x floor" if relative else ""
        console.print(f"scale {c.scale:<5g} {c.yardstick + ': ' + c.variant:<24} {c.seconds:8.1f} s  {against}")
    for bar in judged:
        colour = {"met": "green", "not met": "red"}.get(bar.verdict, "yellow")
        value = "" if bar.value is None else f"{bar.value:.2f}, "
        sign = "at least" if bar.at_least else "at most"
        console.print(f"[{colour}]{bar.verdict:<12}[/{colour}] {bar.what}: {value}must be {sign} {bar.limit:g}")
    console.print(f"Written: {wanted.reports}/bench.md, bench.svg and bench.json (raw results)")
    if wanted.document:
        console.print(f"Written: the table in {DOCUMENT}")
