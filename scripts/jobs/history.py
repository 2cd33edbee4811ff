"""Write what happened in a run of a job into the warehouse, on either engine: dbt's macro `record_history` inserts it.

Kept are names, states, times and counts. dbt's messages are not: the warehouse's quote values of rows.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from scripts.core.dbt import in_process
from scripts.core.profiles import duckdb_file, output
from scripts.core.whole_file import write_whole
from scripts.jobs.artifacts import TESTS, Result, Run, read_run, runs_beside
from scripts.warehouse import check_writable

RECORDED = "recorded"
"""The file that marks the folder of a run whose history is in the warehouse."""

KILLED = "killed"

# Redshift takes no statement of more than 16 MB; a run of this project is a quarter of one.
_RUNS_AT_ONCE = 5

Rows = dict[str, list[dict[str, Any]]]
"""Rows by table; a row is a value by column: text, number, boolean or None. Times are texts in UTC, without a zone."""


def record(run_folder: Path) -> int:
    """Insert a run into the history of its target, and earlier ones that could not be; return how many.

    A run that is there already is replaced. The caller holds the lock of the target, so a run beside this one that
    has no end was killed.

    Raises:
        TickitError: the folder is of no run, or dbt could not write to the warehouse.

    """
    run = read_run(run_folder)
    missing = [other for other in runs_beside(run_folder) if not (other.folder / RECORDED).exists()]
    runs = [*missing, run]
    for first in range(0, len(runs), _RUNS_AT_ONCE):
        some = runs[first : first + _RUNS_AT_ONCE]
        rows: Rows = {"job_runs": [], "job_steps": [], "job_nodes": [], "job_tests": []}
        for each in some:
            for table, found in rows_of(each, was_killed=each is not run and not each.about["ended_at"]).items():
                rows[table] += found
        _insert(rows, run.about["target"])
        for each in some:
            write_whole(each.folder / RECORDED, b"")
    return len(runs)


def rows_of(run: Run, *, was_killed: bool = False) -> Rows:
    """Return the rows of one run for each table of the history."""
    about = run.about
    run_id = about["run_id"]

    def status(of: dict[str, Any]) -> str:
        return KILLED if was_killed and of["status"] == "running" else of["status"]

    tested = {
        node_id: _tested(node) for node_id, node in run.manifest.get("nodes", {}).items() if node_id.startswith("test.")
    }
    final = {id(result) for result in run.final}
    return {
        "job_runs": [
            {
                "run_id": run_id,
                "job_name": about["job"],
                "target_name": about["target"],
                "git_commit": about["git_commit"],
                "status": status(about),
                "resumed_from": about["resumed_from"],
                "started_at": _time(about["started_at"]),
                "ended_at": _time(about["ended_at"]),
                "seconds": _seconds(about["seconds"]),
            }
        ],
        "job_steps": [
            {
                "run_id": run_id,
                "step_number": number,
                "step_name": step["name"],
                "status": status(step),
                "exit_code": step["exit_code"],
                "attempt_count": len(step["attempts"]),
                "started_at": _time(step["started_at"]),
                "seconds": _seconds(step["seconds"]),
            }
            for number, step in enumerate(run.steps, start=1)
        ],
        "job_nodes": [
            {
                **_result(run_id, result),
                "is_final": id(result) in final,
                "node_id": result.node_id,
                "node_name": result.name,
                "resource_type": result.resource_type,
                "rows_affected": _rows_affected(result),
                "loaded_at": _time(result.result.get("max_loaded_at")),
            }
            for result in run.results
            if result.resource_type not in TESTS
        ],
        "job_tests": [
            {
                **_result(run_id, result),
                "is_final": id(result) in final,
                "test_id": result.node_id,
                "test_name": result.name,
                "tested_node_name": tested.get(result.node_id),
                "failure_count": result.result.get("failures"),
            }
            for result in run.results
            if result.resource_type in TESTS
        ],
    }


def _insert(rows: Rows, target: str) -> None:
    if output(target)[1]["type"] == "duckdb":
        check_writable(duckdb_file(target))
    # dbt reads it as YAML, which holds neither JSON's escapes of emoji nor control characters.
    text = "".join(each if each.isprintable() else " " for each in json.dumps({"rows": rows}, ensure_ascii=False))
    try:
        # Without its artifacts: those of the job's last step stay, for `dbt retry`.
        in_process(["run-operation", "record_history", "--args", text, "--no-write-json"], target=target)
    finally:
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager

        # dbt keeps the file open as long as this process lives.
        DuckDBConnectionManager.close_all_connections()


def _result(run_id: str, result: Result) -> dict[str, Any]:
    """Return the columns that a node and a test share."""
    began = result.result.get("snapshotted_at") if result.is_freshness else None
    timing = result.result.get("timing") or []
    return {
        "run_id": run_id,
        "step_number": result.step_number,
        "attempt_number": result.attempt_number,
        "status": result.status,
        "started_at": _time(began or (timing[0].get("started_at") if timing else None)),
        "seconds": _seconds(result.result.get("execution_time") or 0),
    }


def _rows_affected(result: Result) -> int | None:
    """Return how many rows were written; DuckDB says nothing, and Redshift -1 where it does not count."""
    count = (result.result.get("adapter_response") or {}).get("rows_affected")
    return count if isinstance(count, int) and count >= 0 else None


def _tested(test: dict[str, Any]) -> str | None:
    return (test.get("attached_node") or "").split(".")[-1] or None


def _seconds(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 2)


def _time(text: str | None) -> str | None:
    """Return a time as a literal of both engines: ``2026-11-27 13:05:01.123456``, UTC as all artifacts are."""
    return text and text.replace("T", " ").removesuffix("Z").removesuffix("+00:00")
