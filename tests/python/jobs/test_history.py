"""The history of jobs in the warehouse, on both engines."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from scripts.core.errors import TickitError
from scripts.jobs import history
from scripts.jobs.artifacts import read_run
from scripts.jobs.history import RECORDED, Rows, record, rows_of
from tests.python.jobs.conftest import Small
from tests.python.jobs.run_folders import PERSONAL, make_run, result, step

TABLES = ("job_runs", "job_steps", "job_nodes", "job_tests")
MODEL, CHECKS, RECONCILE = "model.p.fct_sales", "test.p.checks_fct_sales.1a2b", "test.p.sales_reconcile"
HOSTILE = "o'b\\r'ien\\ \"x\"; drop table t --\n🎟️ {{ 1 }} é"
RUN, KILLED = "20261127T030000Z-1", "20261126T030000Z-1"
FRESHNESS = {
    "unique_id": "source.p.raw.sale",
    "status": "warn",
    "max_loaded_at": "2026-11-25T10:00:00+00:00",
    "snapshotted_at": "2026-11-27T03:00:00Z",
    "execution_time": 0.5,
    "timing": [],
}


@pytest.fixture(params=["on_duckdb", "on_redshift"])
def engine(request: pytest.FixtureRequest) -> Small:
    return request.getfixturevalue(request.param)


def _counts(engine: Small) -> list[int]:
    return [engine.query(f"select count(*) from tickit_operations.{table}")[0][0] for table in TABLES]


def test_what_happened_is_in_the_warehouse(engine: Small, tmp_path: Path) -> None:
    """One story: a warehouse without tables, a record, the same again, a killed record, a build, the reports."""
    first = [result(MODEL, "error"), result(CHECKS, "skipped")]
    retried = [result(MODEL, "success"), result(CHECKS, "fail", failures=3), result(RECONCILE, "pass", failures=0)]
    steps = (step(HOSTILE, "failed", first, retried), step("publish", "pending"))
    folder = make_run(tmp_path, RUN, *steps, status="failed", target=engine.target, freshness=[FRESHNESS])
    assert record(folder) == 1
    assert _counts(engine) == [1, 2, 4, 3]
    assert engine.query("select step_name, attempt_count, seconds from tickit_operations.job_steps order by 2") == [
        ("publish", 0, None),
        (HOSTILE, 2, Decimal("12.34")),
    ]
    assert engine.query(
        "select test_name, tested_node_name, status, failure_count, is_final from tickit_operations.job_tests "
        "where attempt_number = 2 order by 1"
    ) == [("checks_fct_sales", "fct_sales", "fail", 3, True), ("sales_reconcile", None, "pass", 0, True)]
    began = datetime(2026, 11, 27, 3, 0, 1, 500_000)
    assert engine.query(
        "select attempt_number, status, is_final, rows_affected, started_at from tickit_operations.job_nodes "
        "where resource_type = 'model' order by 1"
    ) == [(1, "error", False, 7, began), (2, "success", True, 7, began)]

    # The same again changes nothing.
    assert record(folder) == 1
    assert _counts(engine) == [1, 2, 4, 3]

    # A record that was killed has left some rows, no row of the run, and no mark. The run was killed too.
    running = step("build", "running", [result(MODEL, "success")])
    killed = make_run(tmp_path, KILLED, running, status="running", target=engine.target)
    engine.query(
        "insert into tickit_operations.job_steps (run_id, step_number, step_name, status, attempt_count) "
        f"values ('{KILLED}', 9, 'half', 'success', 1)"
    )
    assert record(folder) == 2
    assert (killed / RECORDED).exists()
    assert _counts(engine) == [2, 3, 5, 3]
    assert engine.query(
        "select runs.status, steps.status, steps.step_number from tickit_operations.job_runs as runs "
        f"join tickit_operations.job_steps as steps on runs.run_id = steps.run_id where runs.run_id = '{KILLED}'"
    ) == [("killed", "killed", 1)]

    # A build from scratch keeps the history, and the reports read it.
    engine.dbt("run", "--full-refresh", "--no-write-json")
    assert _counts(engine) == [2, 3, 5, 3]
    assert engine.query(
        "select recency, status, failed_step_count, retry_count, failed_node_count, failed_test_count "
        "from tickit_operations.rpt_run_health order by 1"
    ) == [(1, "failed", 1, 1, 0, 1), (2, "killed", 0, 0, 0, 0)]
    assert engine.query("select test_name, is_failing, is_flaky from tickit_operations.rpt_unreliable_tests") == [
        ("checks_fct_sales", True, False)
    ]
    assert engine.query("select node_name, run_count, last_seconds from tickit_operations.rpt_slowest_nodes") == [
        ("fct_sales", 2, Decimal("1.23"))
    ]
    assert engine.query("select table_name, status, age_days from tickit_operations.rpt_source_freshness") == [
        ("sale", "warn", 2)
    ]
    assert engine.query(
        "select file_date, table_name, reject_reason, row_count, file_count "
        "from tickit_operations.rpt_rejected_rows_by_day order by table_name"
    ) == [(date(2026, 11, 27), "sale", "not a date", 2, 1), (None, "user", "too many fields", 1, 1)]


def test_missing_runs_are_recorded_five_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folders = [make_run(tmp_path, f"202611{day}T030000Z-1", step("build", "success", [])) for day in range(10, 17)]
    inserted: list[list[str]] = []

    def insert(rows: Rows, target: str) -> None:
        inserted.append([row["run_id"][6:8] for row in rows["job_runs"]])
        if len(inserted) == 2:
            raise TickitError("the warehouse is locked")

    monkeypatch.setattr(history, "_insert", insert)
    with pytest.raises(TickitError):
        record(folders[-1])
    assert record(folders[-1]) == 2
    assert inserted == [["10", "11", "12", "13", "14"], ["15", "16"], ["15", "16"]]


def test_no_value_of_a_row_is_kept(tmp_path: Path) -> None:
    folder = make_run(tmp_path, RUN, step("build", "failed", [result(CHECKS, "fail", failures=3)]))
    assert PERSONAL in (folder / "artifacts/01-step/1/run_results.json").read_text()
    rows = rows_of(read_run(folder))
    assert PERSONAL not in json.dumps(rows)
    assert [row["failure_count"] for row in rows["job_tests"]] == [3]


def test_artifacts_that_a_kill_has_cut_off_are_left_out(tmp_path: Path) -> None:
    folder = make_run(tmp_path, RUN, step("build", "stopped", [result(MODEL, "success")]))
    (folder / "artifacts/01-step/1/run_results.json").write_text('{"results": [{"uniq')
    (folder / "artifacts/01-step/1/manifest.json").unlink()
    rows = rows_of(read_run(folder))
    assert (rows["job_nodes"], len(rows["job_steps"])) == ([], 1)


@pytest.mark.parametrize("stale", ["of another attempt", "older than the attempt", "without metadata"])
def test_results_of_another_command_are_left_out(tmp_path: Path, stale: str) -> None:
    """An attempt that ends before dbt writes its own leaves those of the command before it in dbt's folder."""
    steps = (step("build", "success", [result(MODEL, "error")]), step("test", "failed", [result(CHECKS, "pass")]))
    folder = make_run(tmp_path, RUN, *steps, status="failed")
    assert len(read_run(folder).results) == 2
    build, test = (folder / f"artifacts/{name}-step/1/run_results.json" for name in ("01", "02"))
    artifact = json.loads(test.read_text())
    if stale == "of another attempt":
        artifact = json.loads(build.read_text())
    elif stale == "older than the attempt":
        artifact["metadata"]["generated_at"] = "2026-11-27T02:59:59.999999Z"
    else:
        del artifact["metadata"]
    test.write_text(json.dumps(artifact))
    assert [(each.step_number, each.node_id) for each in read_run(folder).results] == [(1, MODEL)]


def test_a_folder_of_no_run_is_an_error_of_one_line(tmp_path: Path) -> None:
    with pytest.raises(TickitError, match=r"run\.json is missing or damaged") as raised:
        record(tmp_path)
    assert "\n" not in str(raised.value)


def test_cost_by_model_is_read_from_the_comments_of_dbt(on_redshift: Small, project: Path) -> None:
    """The stand-in's query history has what runs now, so the analysis finds itself."""
    on_redshift.dbt("compile", "--select", "cost_by_model", "--no-introspect")
    sql = (project / "rehearsal/target/compiled/tickit_lakehouse/analyses/cost_by_model.sql").read_text()
    comment = '/* {"app": "dbt", "target_name": "rehearsal", "node_id": "model.p.fct_sales"} */'
    ((target, node, _, statements, *_),) = on_redshift.query(f"{comment}\n{sql}")
    assert (target, node, statements) == ("rehearsal", "model.p.fct_sales", 1)
