"""Folders of runs as the runner leaves them, made by hand: run.json, and dbt's artifacts of a step."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path
from typing import Any

DBT = "dbt build"
# Of each artifact its own, as dbt gives it.
INVOCATIONS = count(1)
# What a warehouse quotes in its messages, and dbt in its artifacts.
PERSONAL = "jane.doe@example.com"

MANIFEST: dict[str, Any] = {
    "nodes": {
        "model.p.fct_sales": {"name": "fct_sales", "group": "lakehouse", "resource_type": "model"},
        "test.p.checks_fct_sales.1a2b": {
            "name": "checks_fct_sales",
            "attached_node": "model.p.fct_sales",
            "group": None,
            "resource_type": "test",
            "depends_on": {"nodes": ["model.p.fct_sales"]},
        },
        "test.p.sales_reconcile": {
            "name": "sales_reconcile",
            "attached_node": None,
            "group": "lakehouse",
            "resource_type": "test",
            "depends_on": {"nodes": ["model.p.fct_sales"]},
        },
    },
    "sources": {},
    "exposures": {"exposure.p.sales_dashboard": {"name": "sales_dashboard", "label": "Sales dashboard"}},
    "metrics": {"metric.p.revenue": {"name": "revenue", "label": "Revenue"}},
    "groups": {
        "group.p.lakehouse": {"name": "lakehouse", "owner": {"name": "Lakehouse team", "email": "team@example.com"}},
    },
    "child_map": {
        "model.p.fct_sales": ["test.p.checks_fct_sales.1a2b", "semantic_model.p.sales", "exposure.p.sales_dashboard"],
        "semantic_model.p.sales": ["metric.p.revenue"],
    },
}


def result(node_id: str, status: str, *, failures: int | None = None, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return an entry of run_results.json."""
    return {
        "unique_id": node_id,
        "status": status,
        "failures": failures,
        "execution_time": 1.2345,
        "timing": [{"name": "compile", "started_at": "2026-11-27T03:00:01.5Z", "completed_at": None}],
        "adapter_response": {"rows_affected": 7},
        "message": f"Key (email)=({PERSONAL}) is duplicated",
        "compiled_code": f"select '{PERSONAL}'",
        **more,
    }


def step(name: str, status: str, *attempts: list[dict[str, Any]], command: str = DBT) -> dict[str, Any]:
    """Return a step of run.json; ``attempts`` are the results of dbt in each, which `make_run` writes."""
    return {
        "name": name,
        "command": command,
        "status": status,
        "started_at": "2026-11-27T03:00:00Z" if attempts else None,
        "ended_at": None,
        "seconds": 12.34 if attempts else None,
        "exit_code": {"success": 0, "failed": 1}.get(status),
        "log": "logs/step.log",
        "attempts": list(attempts),
    }


def make_run(
    jobs: Path,
    run_id: str,
    *steps: dict[str, Any],
    status: str = "success",
    target: str = "ci",
    seconds: float = 60.0,
    freshness: list[dict[str, Any]] | None = None,
    manifest: dict[str, Any] = MANIFEST,
) -> Path:
    """Write the folder of a run of the job `daily`; ``freshness`` are entries of the first step's sources.json."""
    folder = jobs / run_id
    started_at = f"{run_id[:4]}-{run_id[4:6]}-{run_id[6:8]}T{run_id[9:11]}:00:00Z"
    written = []
    for number, each in enumerate(steps, start=1):
        attempts = []
        for attempt_number, results in enumerate(each["attempts"], start=1):
            artifacts = folder / "artifacts" / f"{number:02}-step" / str(attempt_number)
            artifacts.mkdir(parents=True)
            metadata = {"generated_at": started_at, "invocation_id": f"invocation {next(INVOCATIONS)}"}
            (artifacts / "run_results.json").write_text(json.dumps({"metadata": metadata, "results": results}))
            (artifacts / "manifest.json").write_text(json.dumps(manifest))
            if freshness and number == 1:
                (artifacts / "sources.json").write_text(json.dumps({"metadata": metadata, "results": freshness}))
            attempts.append(
                {
                    "started_at": started_at,
                    "ended_at": started_at if status != "running" else None,
                    "exit_code": 0,
                    "reason": None,
                    "artifacts": str(artifacts.relative_to(folder)),
                }
            )
        written.append({**each, "attempts": attempts})
    folder.mkdir(parents=True, exist_ok=True)
    is_over = status != "running"
    about = {
        "version": 1,
        "job": "daily",
        "run_id": run_id,
        "target": target,
        "git_commit": "e4eea29",
        "started_at": started_at,
        "ended_at": "2026-11-27T03:01:00Z" if is_over else None,
        "status": status,
        "resumed_from": None,
        "host": "host",
        "seconds": seconds if is_over else None,
        "steps": written,
    }
    (folder / "run.json").write_text(json.dumps(about))
    return folder
