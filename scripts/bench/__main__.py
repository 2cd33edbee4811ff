"""Measure the project: ``python -m scripts.bench --scales 1,10,100 --runs 3``, or ``make bench``."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shlex
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import duckdb
from rich.console import Console

from scripts.bench import report, scenarios
from scripts.bench.compare import differences
from scripts.bench.errors import BenchError
from scripts.bench.lakes import check_space, lake_of
from scripts.bench.measure import Measured
from scripts.bench.sqlmesh import Sqlmesh
from scripts.bench.statistics import Cost, bars, cost, ratio
from scripts.bench.yardsticks import Floor, Project, Reference, Yardstick

YARDSTICKS: dict[str, type[Yardstick]] = {c.name: c for c in (Floor, Project, Reference, Sqlmesh)}
VARIANTS = Project.variants
LARGE = 100
"""The scale from which on a third of the runs must do."""
DOCUMENT = Path("docs/performance.md")
# The reference and SQLMesh reject no rows and have no such table.
REJECTED_ROWS = "stg_tickit__rejected_rows"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what is asked for; return 0, 1 if it failed (a missed bar is no failure), 130 if stopped."""
    wanted = _parser().parse_args(arguments)
    console = Console(soft_wrap=True, highlight=False)
    try:
        costs, found = _measure_all(wanted, console)
        _report(wanted, costs, found, console)
    except BenchError as error:
        Console(stderr=True, soft_wrap=True).print(f"error: {error}", style="red", highlight=False, markup=False)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted: nothing was reported.", file=sys.stderr)
        return 130
    return 0


def _measure_all(wanted: argparse.Namespace, console: Console) -> tuple[list[Cost], scenarios.Found]:
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
            except BenchError as error:
                if name != Sqlmesh.name:
                    raise
                console.print(f"  {name}: left out. {error}", style="yellow", markup=False)
                continue
            made[name] = yardstick
        costs += _measure_scale(scale, made, wanted, console)
        if isinstance(project := made.get("project"), Project) and not wanted.no_scenarios:
            scenarios.run(project, made, scale, found, console)
    return costs, found


def _measure_scale(
    scale: float, yardsticks: dict[str, Yardstick], wanted: argparse.Namespace, console: Console
) -> list[Cost]:
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
    """Raise BenchError if a yardstick does not build what the project builds: it would measure nothing."""
    project: Project = yardsticks["project"]
    marts = project.marts()
    for name, other in yardsticks.items():
        if name == "project":
            continue
        complete = isinstance(other, Floor)
        wrong = differences(project.database, other.database, [*marts, *([REJECTED_ROWS] if complete else [])])
        if wrong:
            raise BenchError(f"{name} does not build the project's marts:\n  " + "\n  ".join(wrong))
        console.print(f"  {name}: the same rows as the project in {len(marts) + complete} tables")


def _report(wanted: argparse.Namespace, costs: list[Cost], found: scenarios.Found, console: Console) -> None:
    """Write the report, the plot and the raw results; print the table and the bars."""
    command = f"python -m scripts.bench {shlex.join(wanted.given)}".strip()
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


def _parser() -> _Parsed:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.bench",
        description="Measure the project's builds at several scales beside hand-written SQL (the floor), the "
        "structure of AWS's article (the reference) and SQLMesh; all build the same marts, which is checked.",
        epilog="The system's page cache cannot be dropped from here: cold means that dbt parses all files again.",
    )
    parser.add_argument("--scales", type=_scales, default=[1.0, 10.0, 100.0], help="default: 1,10,100")
    parser.add_argument("--scale", type=_scales, dest="more", default=[], help="one more scale, such as 1000")
    parser.add_argument(
        "--runs",
        type=_count,
        default=3,
        help="runs of each, of which medians are taken (%(default)s); from scale 100 on a third of them",
    )
    parser.add_argument(
        "--yardsticks", type=_names, default=list(YARDSTICKS), help=f"of {','.join(YARDSTICKS)} (default: all)"
    )
    parser.add_argument(
        "--variants", type=_variants, default=list(VARIANTS), help=f"of {','.join(VARIANTS)} (default: all)"
    )
    parser.add_argument("--no-scenarios", action="store_true", help="whole builds only")
    folder = Path("reports/bench")
    parser.add_argument("--lakes", type=Path, default=folder / "lakes", help="where lakes are kept (%(default)s)")
    parser.add_argument("--work", type=Path, default=folder / "work", help="where databases are made (%(default)s)")
    parser.add_argument("--reports", type=Path, default=folder, help="where the report goes (%(default)s)")
    parser.add_argument("--document", action="store_true", help=f"write the tables into {DOCUMENT} too (for a release)")
    return _Parsed(parser)


class _Parsed:
    """A parser that also keeps the arguments as they were given, for the report."""

    def __init__(self, parser: argparse.ArgumentParser) -> None:
        self.parser = parser

    def parse_args(self, arguments: Sequence[str] | None) -> argparse.Namespace:
        given = list(sys.argv[1:] if arguments is None else arguments)
        wanted = self.parser.parse_args(given)
        wanted.scales = sorted({*wanted.scales, *wanted.more})
        wanted.given = given
        return wanted


def _scales(text: str) -> list[float]:
    try:
        scales = [float(part) for part in text.split(",")]
    except ValueError:
        scales = []
    if not scales or not all(0.001 <= scale <= 1000 for scale in scales):
        raise argparse.ArgumentTypeError(f"{text}: give numbers from 0.001 to 1000, such as 1,10,100")
    return scales


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number of runs: give a whole number from 1")
    return int(text)


def _names(text: str) -> list[str]:
    names = text.split(",")
    if unknown := [name for name in names if name not in YARDSTICKS]:
        raise argparse.ArgumentTypeError(f"there is no {', '.join(unknown)}: give some of {', '.join(YARDSTICKS)}")
    return names


def _variants(text: str) -> list[str]:
    names = text.split(",")
    if unknown := [name for name in names if name not in VARIANTS]:
        raise argparse.ArgumentTypeError(f"there is no {', '.join(unknown)}: give some of {','.join(VARIANTS)}")
    return names


if __name__ == "__main__":
    sys.exit(main())
