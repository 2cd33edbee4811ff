"""What is known of a run while it goes on and afterwards: run.json in its folder, replaced after every change.

reports/jobs/<target>/<job>/<run_id>/run.json
logs/03-build.log
artifacts/03-build/1/run_results.json     of the first attempt
"""

from __future__ import annotations

import json
import secrets
import shutil
import socket
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scripts.build.state import code_of
from scripts.core.git import head_commit
from scripts.core.json_file import read_json
from scripts.core.whole_file import write_whole
from scripts.jobs.artifacts import RUN
from scripts.jobs.plan import Plan

REPORTS = Path("reports/jobs")
KEPT_RUNS = 30

PENDING = "pending"
RUNNING = "running"
SUCCESS = "success"
FAILED = "failed"
TIMEOUT = "timeout"
STOPPED = "stopped"
SKIPPED = "skipped"


@dataclass
class Attempt:
    """A try of a step. ``reason`` is why its failure is transient; ``artifacts`` a folder below that of the run."""

    command: str
    started_at: str
    ended_at: str | None = None
    exit_code: int | None = None
    reason: str | None = None
    artifacts: str | None = None


@dataclass
class StepRecord:
    """What happened to a step; ``done_by`` is the earlier run that did it, if this one goes on from there."""

    name: str
    command: str
    log: str
    status: str = PENDING
    started_at: str | None = None
    ended_at: str | None = None
    seconds: float | None = None
    exit_code: int | None = None
    done_by: str | None = None
    attempts: list[Attempt] = field(default_factory=list)


@dataclass
class Run:
    """A run of a job; the fields are those of run.json, whose ``version`` changes when their meaning does.

    ``code`` is a checksum of all that decides what a build makes; ``seconds`` is the time from start to end.
    """

    job: str
    run_id: str
    target: str
    git_commit: str | None
    code: str
    notify: tuple[str, ...]
    started_at: str
    steps: list[StepRecord]
    version: int = 1
    ended_at: str | None = None
    status: str = RUNNING
    resumed_from: str | None = None
    host: str = field(default_factory=socket.gethostname)
    seconds: float | None = None


def now() -> str:
    """Return the time in UTC, ISO 8601, to the millisecond."""
    return f"{datetime.now(UTC).isoformat(timespec='milliseconds').removesuffix('+00:00')}Z"


def new_run(planned: Plan) -> Run:
    """Return the record of a run that begins now, all its steps pending but those that are passed over."""
    run_id = f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}-{secrets.token_hex(4)}"
    steps = [
        StepRecord(step.name, step.command, f"logs/{number:02}-{step.name}.log")
        for number, step in enumerate(planned.steps, start=1)
    ]
    for step in steps[: planned.passed_over]:
        step.status = SKIPPED
    job = planned.job
    return Run(job.name, run_id, planned.target, head_commit(), code_of(Path()), job.notify, now(), steps)


def folder_of(target: str, job: str, run_id: str = "", reports: Path = REPORTS) -> Path:
    """Return the folder of a run, or of all runs of a job on a target."""
    return reports / target / job / run_id


def begin(run: Run, runs: Path) -> Path:
    """Make the folder of a run, which nobody sees without its run.json; return it."""
    unfinished = runs / f".{run.run_id}"
    (unfinished / "logs").mkdir(parents=True)
    save(run, unfinished)
    return unfinished.rename(runs / run.run_id)


def save(run: Run, folder: Path) -> None:
    """Replace run.json."""
    write_whole(folder / RUN, json.dumps(asdict(run), indent=1).encode())


def go_on(run: Run, planned: Plan, runs: Path) -> None:
    """Pass over the steps that the job's last run did, if it was killed or stopped and this run can go on from there.

    It can on the same day, with the same code and the same steps: on another day new files have come, and with other
    code the tables would be of both. A step that was interrupted is not done.
    """
    last = _last_run(runs)
    if not last or last.get("status") not in (RUNNING, STOPPED) or not _is_alike(last, run):
        return
    for before, declared, step in zip(last["steps"], planned.steps, run.steps, strict=True):
        may_fail = before["status"] == FAILED and declared.allow_failure
        if before["status"] != SUCCESS and not before["done_by"] and not may_fail:
            break
        step.status, step.done_by = SKIPPED, before["done_by"] or last["run_id"]
        run.resumed_from = last["run_id"]


def _is_alike(last: dict[str, Any], run: Run) -> bool:
    same = all(last.get(key) == getattr(run, key) for key in ("version", "git_commit", "code", "target"))
    steps = [(step["name"], step["command"]) for step in last["steps"]]
    today = str(last["started_at"])[:10] == run.started_at[:10]
    return same and today and steps == [(step.name, step.command) for step in run.steps]


def remove_old(runs: Path) -> None:
    """Keep the newest runs of a job, remove the others, and what a run left that was killed before it began."""
    for folder in runs.glob(".*"):
        shutil.rmtree(folder)
    for folder in sorted(runs.glob("[!.]*"), reverse=True)[KEPT_RUNS:]:
        shutil.rmtree(folder)


def _last_run(runs: Path) -> dict[str, Any]:
    """Return run.json of the newest run; nothing if there is none that can be read."""
    newest = max(runs.glob("[!.]*"), default=None)
    return read_json(newest / RUN) if newest else {}
