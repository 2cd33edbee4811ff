"""Measure an edit to its tested result: what `tickit watch` needs from the save, and others for the same edit.

The others are `dbt build`, on the same copy of the project, and `sqlmesh plan`, on the same mart. They take turns, so
that a slow minute of the machine hits all. `tickit watch` is the command itself: from the save of the file until it has
printed how long it took, waiting for the save included.
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
from benchmarks.sqlmesh import Sqlmesh
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
    in_sqlmesh: tuple[str, str]
    """What is replaced in SQLMesh's model, and by what; `{run}` makes each edit a new one."""


EDITS = {
    "a report": Edit(
        "rpt_daily_sales",
        "group by sales.sold_date",
        "group by 1",
        full_refresh=False,
        in_sqlmesh=("count(*)::integer", "count({run})::integer"),
    ),
    "fct_sales and what reads it": Edit(
        "fct_sales",
        "listings.listing_id is not null",
        "not listings.listing_id is null",
        full_refresh=True,
        in_sqlmesh=("l.listing_id is not null", "coalesce(l.listing_id, -{run}) <> -{run}"),
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
    sqlmesh = _sqlmesh(project.lake, folder, console)
    seconds: dict[str, list[list[float]]] = {name: [] for name in EDITS}
    with _watching(project) as answers:
        for run in range(1, runs + 1):
            for name, edit in EDITS.items():
                (file,) = (project.project / "models").rglob(f"{edit.model}.sql")
                took = [_save(file, edit, answers)]
                refresh = ["--full-refresh"] if edit.full_refresh else []
                took.append(project.measure_dbt("build", *EXCLUDE, *refresh, "--select", f"{edit.model}+").seconds)
                if sqlmesh:
                    old, new = edit.in_sqlmesh
                    took.append(sqlmesh.edit(edit.model, old, new.format(run=run)).seconds)
                seconds[name].append(took)
                others = ", ".join(f"{each:.2f} s" for each in took[1:])
                console.print(f"  run {run}  {name:<30} {took[0]:6.2f} s; the others {others}")
    columns = ["tickit watch, s", "dbt build, s", "ratio", *(["sqlmesh plan, s", "ratio"] if sqlmesh else [])]
    table = Table("an edit of", *columns, title=f"Scale {scale:g}, medians of {runs}")
    for name, measured in seconds.items():
        ours, *theirs = (median(each) for each in zip(*measured, strict=True))
        cells = [cell for other in theirs for cell in (f"{other:.2f}", f"{ours / other:.2f}")]
        table.add_row(name, f"{ours:.2f}", *cells)
    console.print(table)


def _sqlmesh(lake: Path, folder: Path, console: Console) -> Sqlmesh | None:
    """Build the marts with SQLMesh too; None where it cannot be installed."""
    sqlmesh = Sqlmesh(lake, folder / "sqlmesh")
    try:
        sqlmesh.prepare()
    except TickitError as error:
        console.print(f"sqlmesh: left out. {error}", style="yellow", markup=False)
        return None
    sqlmesh.run("build")
    return sqlmesh


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
