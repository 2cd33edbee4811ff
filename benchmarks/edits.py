"""Measure an edit to its tested result: what `tickit watch` needs from the save, and `dbt build` for the same edit.

Both work on a copy of the project and take turns, so that a slow minute of the machine hits both. `tickit watch` is the
command itself: from the save of the file until it has printed how long it took, waiting for the save included.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue
from statistics import median
from threading import Thread

from rich.console import Console
from rich.table import Table

from benchmarks.lakes import lake_of
from benchmarks.scenarios import copy_project
from benchmarks.yardsticks import BUILD, EXCLUDE, ROOT, Project
from scripts.core.errors import TickitError

_LONGEST_SECONDS = 600


@dataclass(frozen=True)
class Edit:
    """An edit of a model: what is replaced in its file to and fro, so that its rows change but no test fails."""

    model: str
    old: str
    new: str
    full_refresh: bool
    """Whether the model is incremental, so that its rows of the old code have to go."""


EDITS = {
    "a report": Edit("rpt_daily_sales", "group by sales.sold_date", "group by 1", full_refresh=False),
    "fct_sales and what reads it": Edit(
        "fct_sales", "listings.listing_id is not null", "not listings.listing_id is null", full_refresh=True
    ),
}


def measure(scale: float, runs: int, lakes: Path, work: Path, console: Console) -> None:
    """Print the medians and their ratio; raise TickitError if a build fails."""
    console.print(f"scale {scale:g}: the lake and the first build ...")
    folder = (work / f"edits_{scale:g}").resolve()
    shutil.rmtree(folder, ignore_errors=True)
    project = Project(lake_of(scale, lakes).resolve(), folder)
    project.prepare()
    project.project = copy_project(folder / "edited_project")
    # dbt finds the project's plugin and its Python models' code in the folder that it runs in.
    project.environment = {"PYTHONPATH": str(ROOT), "TICKIT_REBUILD_FACTS": "yes", "PYTHONUNBUFFERED": "1"}
    project.empty_database()
    project.dbt(*BUILD)
    seconds: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in EDITS}
    with _watching(project) as answers:
        for run in range(1, runs + 1):
            for name, edit in EDITS.items():
                (file,) = (project.project / "models").rglob(f"{edit.model}.sql")
                with_watch, with_dbt = seconds[name]
                with_watch.append(_save(file, edit, answers))
                refresh = ["--full-refresh"] if edit.full_refresh else []
                measured = project.measure_dbt("build", *EXCLUDE, *refresh, "--select", f"{edit.model}+")
                with_dbt.append(measured.seconds)
                console.print(f"  run {run}  {name:<30} {with_watch[-1]:6.2f} s, dbt build {with_dbt[-1]:6.2f} s")
    table = Table("an edit of", "tickit watch, s", "dbt build, s", "ratio", title=f"Scale {scale:g}, medians of {runs}")
    for name, (with_watch, with_dbt) in seconds.items():
        ours, theirs = median(with_watch), median(with_dbt)
        table.add_row(name, f"{ours:.2f}", f"{theirs:.2f}", f"{ours / theirs:.2f}")
    console.print(table)


def _save(file: Path, edit: Edit, answers: Queue[str]) -> float:
    """Edit the file and wait until its result is printed; return the seconds."""
    text = file.read_text(encoding="utf-8")
    old, new = (edit.old, edit.new) if edit.old in text else (edit.new, edit.old)
    if old not in text:
        raise TickitError(f"{file} is no longer as the benchmark edits it: put its edit right in benchmarks/edits.py.")
    started = time.perf_counter()
    file.write_text(text.replace(old, new), encoding="utf-8")
    said = _until(answers, r"[0-9.]+ s\n")
    seconds = time.perf_counter() - started
    is_built = any(re.match(rf"  {edit.model} +[0-9,]+ rows", line) for line in said)
    if not is_built or any(line.startswith("error ") for line in said):
        raise TickitError(f"tickit watch did not build {edit.model}:\n{''.join(said)}")
    return seconds


@contextmanager
def _watching(project: Project) -> Iterator[Queue[str]]:
    """Start `tickit watch` on the copy; yield the lines that it prints."""
    command = [sys.executable, "-m", "scripts.cli", "watch"]
    with subprocess.Popen(
        command, cwd=project.project, env=project.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as running:
        answers: Queue[str] = Queue()
        reading = Thread(target=_read, args=(running, answers), daemon=True)
        reading.start()
        try:
            _until(answers, "Watching .*\n")
            yield answers
        finally:
            running.terminate()
            reading.join()


def _read(running: subprocess.Popen[str], answers: Queue[str]) -> None:
    assert running.stdout  # noqa: S101 - for the type checker
    for line in running.stdout:
        answers.put(line)
    answers.put("")  # it has ended


def _until(answers: Queue[str], pattern: str) -> Sequence[str]:
    """Return the lines up to the first that matches."""
    said: list[str] = []
    while not said or not re.fullmatch(pattern, said[-1]):
        try:
            said.append(answers.get(timeout=_LONGEST_SECONDS))
        except Empty:
            said.append("")
        if not said[-1]:
            raise TickitError(f"tickit watch has ended, or says nothing:\n{''.join(said)}")
    return said
