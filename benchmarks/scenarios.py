"""What is measured beside whole builds: a new month, nothing new, an edited mart, little memory, where time goes."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast

from rich.console import Console

from benchmarks.engine import Split, split
from benchmarks.measure import Measured
from benchmarks.watch import files_read
from benchmarks.yardsticks import BUILD, EXCLUDE, HISTORY, ROOT, DbtProject, Project, Reference, Yardstick
from scripts.core.errors import TickitError
from scripts.lake.layout import RAW_ZONE, TABLES

if TYPE_CHECKING:
    from benchmarks.sqlmesh import Sqlmesh

LAST_MONTH = "2008-12"
EDITED = "rpt_daily_sales"
MEMORY_LIMIT, MEMORY_SCALE = "2GB", 100
HUGE_SCALE, HUGE_MEMORY_LIMIT = 1000, "4GB"

HOW_MEASURED = """\
## How it is measured

Every run is a new process on an empty database, the yardsticks taking turns; the table has medians. All build the same
marts: number of rows and an order-free checksum of every table are compared before anything is reported.

- **cold** is without dbt's parse of an earlier run. The system's page cache cannot be dropped by a user, so files
  of the lake that fit in memory come from there, for all yardsticks alike.
- **build** is models and data tests; unit tests and tests of macros prove the code and are left out, as `make run`
  does. Registering the external tables (`stage_external_sources`) comes before and is not in it. **run**: models alone.
- **floor** is hand-written SQL in one DuckDB process, typing, set-aside lines and all assertions included.
- **peak MB** is resident memory of the process and all its children, added up twenty times a second. **read MB** is
  what they asked the system to read (rchar of /proc/<pid>/io), Python's libraries included.
- **engine** is the time in which at least one statement was under way in DuckDB, from the begin and end of each
  statement in dbt's log; **dbt** is the rest of the time in which nodes ran; **start and parse** is before and after.
- **history** (the snapshots and their tests) is in no build above, as no yardstick keeps one: it has lines of its own,
  beside a new month.
- **nothing new** counts the files of the facts that were read in a second `dbt run`, as the kernel reports (inotify).
"""


@dataclass
class Found:
    """What the scenarios found: numbers for the bars by name, and tables for the report by title."""

    figures: dict[str, float] = field(default_factory=dict)
    tables: dict[str, dict[str, str]] = field(default_factory=dict)


def run(project: Project, yardsticks: dict[str, Yardstick], scale: float, found: Found, console: Console) -> None:
    """Run all scenarios at this scale and add what they find."""
    console.print("  where the time goes ...")
    measured, full = _split(project, *BUILD, empty=True)
    found.tables[f"Scale {scale:g}: where the seconds of dbt build (warm) go"] = _where(measured, full)
    if isinstance(reference := yardsticks.get("reference"), Reference):
        _count_checks(project, reference, found)
    console.print("  a new month, and nothing new ...")
    _new_month(project, scale, found)
    console.print("  an edit of one mart ...")
    _edit(project, yardsticks, scale, found)
    if scale in (MEMORY_SCALE, HUGE_SCALE):
        _memory(project, scale, found, console)


def _split(project: DbtProject, *arguments: str, empty: bool = False) -> tuple[Measured, Split]:
    """Run a dbt command; return what it cost and where its time went."""
    if empty:
        project.empty_database()
    log = project.folder / "logs" / "dbt.log"
    log.unlink(missing_ok=True)
    measured = project.measure_dbt(*arguments)
    return measured, split(measured.seconds, project.target, log)


def _where(measured: Measured, parts: Split) -> dict[str, str]:
    return {
        "start of dbt, parse, end": f"{parts.start_and_parse:.1f}",
        "DuckDB (at least one statement under way)": f"{parts.engine:.1f}",
        f"dbt between the statements of {parts.nodes} nodes": f"{parts.dbt:.1f}",
        "all": f"{measured.seconds:.1f}",
    }


def _count_checks(project: Project, reference: Reference, found: Found) -> None:
    """Compare how many things both check: data tests, and columns that a contract keeps from being empty."""
    ours, theirs = project.count_checks(), reference.count_checks()
    found.figures["checks, times the reference's"] = ours / theirs
    found.tables["Checks on the data"] = {"project": f"{ours}", "reference": f"{theirs}"}


def _new_month(project: Project, scale: float, found: Found) -> None:
    """Build without the last month, land it, build again; then build with nothing new."""
    lake = project.folder / "lake_of_new_month"
    shutil.rmtree(lake, ignore_errors=True)
    # Links: no second copy of the data. Hidden is what the month brings.
    shutil.copytree(project.lake, lake, copy_function=os.link)
    facts = [lake / RAW_ZONE / name / f"{table.partition.name}=" for name, table in TABLES.items() if table.partition]
    months = [Path(f"{fact}{LAST_MONTH}") for fact in facts]
    kept_back = project.folder / "kept_back"
    shutil.rmtree(kept_back, ignore_errors=True)
    kept_back.mkdir()
    for month in months:
        month.rename(kept_back / month.name)

    grown = Project(lake, project.folder / "new_month")
    grown.prepare()
    _, full = _split(grown, *BUILD, empty=True)
    _, history = _split(grown, *HISTORY)
    for month in months:
        (kept_back / month.name).rename(month)
    grown.dbt("run-operation", "stage_external_sources")
    measured, added = _split(grown, *BUILD)
    share = added.engine / full.engine
    folders = [path for fact in facts for path in fact.parent.iterdir() if path.is_dir()]
    with files_read(folders) as read:
        again = grown.measure_dbt("run", *EXCLUDE)
    _, history_of_month = _split(grown, *HISTORY)
    _, history_again = _split(grown, *HISTORY)
    # A day comes with its month's files, which are replaced.
    for month in months:
        for path in month.iterdir():
            new = shutil.copy(path, f"{path}.new")
            Path(new).replace(path)
    grown.dbt("run-operation", "stage_external_sources")
    _, day = _split(grown, *BUILD)
    if scale >= found.figures.get("scale of the new month", 0):
        found.figures["scale of the new month"] = scale
        found.figures["new month, share of the full build's engine time"] = share
        found.figures["new day, share of the full build's engine time"] = day.engine / full.engine
        found.figures["nothing new: models that read"] = float(len(read))
    found.tables[f"Scale {scale:g}: a new month ({LAST_MONTH})"] = {
        "full build of the months before, engine seconds": f"{full.engine:.1f}",
        "build with the new month, engine seconds": f"{added.engine:.1f}",
        "share": f"{share:.1%}",
        "build with the new month, seconds": f"{measured.seconds:.1f}",
        "a second dbt run, nothing new, seconds": f"{again.seconds:.1f}",
        "build with a new day of that month, engine seconds": f"{day.engine:.1f}",
        "files of sales and listings that it read": f"{len(read)}",
        "history begun after the full build, engine seconds": f"{history.engine:.1f}",
        "history with the new month, engine seconds": f"{history_of_month.engine:.1f}",
        "history with nothing new, engine seconds": f"{history_again.engine:.1f}",
    }
    for path in (lake, grown.folder):
        shutil.rmtree(path)


def _edit(project: Project, yardsticks: dict[str, Yardstick], scale: float, found: Found) -> None:
    """Edit one mart in a copy of the project; time one command to its tested result."""
    copy = copy_project(project.folder / "edited_project")
    state = project.folder / "state"
    shutil.rmtree(state, ignore_errors=True)
    shutil.copytree(project.target, state)

    edited = Project(project.lake, project.folder)
    edited.project = copy
    # dbt finds the project's plugin and its Python models' code in the folder that it runs in.
    edited.environment = {"PYTHONPATH": str(ROOT)}
    (mart,) = (copy / "models").rglob(f"{EDITED}.sql")
    mart.write_text(mart.read_text() + "-- edited\n")
    selected = ("--select", "state:modified+", "--defer", "--state", str(state))
    one = edited.measure_dbt(*BUILD, *selected)
    facts = {f"{EDITED}: dbt build --select state:modified+ --defer, seconds": f"{one.seconds:.1f}"}
    mart.write_text(mart.read_text() + "-- edited again\n")
    plain = edited.measure_dbt(*BUILD, "--select", f"{EDITED}+")
    facts[f"{EDITED}: dbt build --select {EDITED}+, seconds"] = f"{plain.seconds:.1f}"
    if sqlmesh := yardsticks.get("sqlmesh"):
        planned = cast("Sqlmesh", sqlmesh).edit(EDITED, "count(*)::integer", "count(1)::integer")
        facts[f"{EDITED}: sqlmesh plan, seconds"] = f"{planned.seconds:.1f}"
    found.tables[f"Scale {scale:g}: an edit of one mart, to its tested result"] = facts
    shutil.rmtree(copy)


def copy_project(copy: Path) -> Path:
    """Copy the dbt project, to be edited; return the folder."""
    shutil.rmtree(copy, ignore_errors=True)
    for name in ("analyses", "macros", "models", "packages", "profiles", "seeds", "snapshots", "tests/dbt"):
        shutil.copytree(ROOT / name, copy / name)
    shutil.copytree(ROOT / "dbt_packages", copy / "dbt_packages", symlinks=False)
    for name in ("dbt_project.yml", "packages.yml", "package-lock.yml"):
        shutil.copy(ROOT / name, copy / name)
    return copy


def _memory(project: Project, scale: float, found: Found, console: Console) -> None:
    """Build with little memory."""
    limit = MEMORY_LIMIT if scale == MEMORY_SCALE else HUGE_MEMORY_LIMIT
    console.print(f"  a build with memory_limit {limit} ...")
    capped = Project(project.lake, project.folder)
    capped.environment = {"TICKIT_MEMORY_LIMIT": limit}
    # Staged again: links to the lake's files, as the scenario before made, change what the inventory knows of them.
    capped.prepare()
    capped.empty_database()
    title = f"Scale {scale:g}: dbt build with TICKIT_MEMORY_LIMIT={limit}"
    try:
        measured = capped.measure_dbt(*BUILD)
    except TickitError as error:
        found.tables[title] = {"failed": str(error).splitlines()[-1]}
        return
    found.figures[f"scale {scale:g}: peak memory, GB"] = measured.peak_bytes / 1e9
    found.tables[title] = {
        "seconds": f"{measured.seconds:.1f}",
        "peak memory of all its processes, GB": f"{measured.peak_bytes / 1e9:.2f}",
    }
