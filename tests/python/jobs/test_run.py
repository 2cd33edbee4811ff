"""`tickit job`: locks, timeouts, signals, retries, and what is left for the next run. Steps are small programs."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
from rich.console import Console

from scripts.jobs import processes
from scripts.jobs import run as runner
from tests.python.dbt_project import ROOT
from tests.python.jobs.programs import run_job

Step = str | dict[str, Any]

PROGRAMS = Path(__file__).with_name("programs.py")
LOCKED = "Runtime Error in model a\n  IO Error: Could not set lock on file x: Conflicting lock is held in PID 7"
ISOLATION = "Database Error in model b\n  1023\n  Serializable isolation violation on table"


@dataclass
class Jobs:
    """Runs jobs with their state in a folder."""

    folder: Path

    def _described(self, steps: tuple[Step, ...], call: dict[str, Any] | None, about: dict[str, Any]) -> dict[str, Any]:
        listed = [
            {"name": f"step{number}", "command": step} if isinstance(step, str) else step
            for number, step in enumerate(steps, start=1)
        ]
        call = {"reports": str(self.folder / "jobs"), **(call or {})}
        return {"name": "daily", "steps": listed, "call": call, **about}

    def run(self, *steps: Step, call: dict[str, Any] | None = None, **about: Any) -> tuple[int, str]:
        """Run a job in this process, which saves the second of its start; return exit code and output."""
        output = io.StringIO()
        with contextlib.redirect_stderr(output):
            code = run_job(self._described(steps, call, about), Console(file=output, soft_wrap=True, highlight=False))
        return code, output.getvalue()

    def start(self, *steps: Step, call: dict[str, Any] | None = None, **about: Any) -> subprocess.Popen[str]:
        """Start a job in a process of its own, which can be killed; return when its first step has begun."""
        before = len(self.folders)
        running = subprocess.Popen(
            [sys.executable, str(PROGRAMS), "job", json.dumps(self._described(steps, call, about))],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        _until(lambda: len(self.folders) > before and statuses(self.last)[0] != "pending")
        return running

    @contextlib.contextmanager
    def late_when(self, condition: Callable[[], bool]) -> Iterator[None]:
        """Let the runner's clock jump by 20 minutes when this is so: a timeout that no slow machine brings forward."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(runner, "monotonic", lambda: time.monotonic() + (1200 if condition() else 0))
            yield

    def dbt_does(self, *calls: dict[str, Any]) -> None:
        (self.folder / "dbt.jsonl").write_text("".join(f"{json.dumps(call)}\n" for call in calls), encoding="utf-8")

    @property
    def dbt_calls(self) -> list[str]:
        return (self.folder / "dbt.called").read_text(encoding="utf-8").splitlines()

    @property
    def folders(self) -> list[Path]:
        return sorted((self.folder / "jobs/dev/daily").glob("2*"))

    @property
    def last(self) -> dict[str, Any]:
        return json.loads((self.folders[-1] / "run.json").read_text(encoding="utf-8"))


@pytest.fixture
def jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Jobs]:
    for name in [name for name in os.environ if name.startswith(("DBT_", "TICKIT_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("DBT_PROFILES_DIR", str(ROOT / "profiles"))
    monkeypatch.setenv("DBT_TARGET_PATH", str(tmp_path / "target"))
    # Of the jobs in this process; those in processes of their own have the real ones.
    monkeypatch.setattr(processes, "_ASK_SECONDS", 0.3)
    monkeypatch.setattr(processes, "_INSIST_SECONDS", 0.3)
    monkeypatch.setenv("FAKE_DBT", str(tmp_path / "dbt.jsonl"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "dbt.jsonl").touch()
    yield Jobs(tmp_path)
    for each in _started(tmp_path):
        each.kill()


def _started(folder: Path) -> list[psutil.Process]:
    """Return the stubborn processes of a test that are still there."""
    alive = []
    for pid in (folder / "pids").read_text().split() if (folder / "pids").exists() else []:
        try:
            process = psutil.Process(int(pid))
            if "programs.py" in " ".join(process.cmdline()) and process.status() != psutil.STATUS_ZOMBIE:
                alive.append(process)
        except psutil.NoSuchProcess:
            continue
    return alive


def _until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + 120
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def _lines(path: Path) -> int:
    return path.read_text().count("\n") if path.exists() else 0


def statuses(run: dict[str, Any]) -> list[str]:
    return [step["status"] for step in run["steps"]]


def test_a_good_run_is_recorded_and_summed_up(jobs: Jobs) -> None:
    jobs.dbt_does({"results": [{"unique_id": "model.x.a", "status": "success"}], "said": "Done. PASS=1"})
    code, said = jobs.run("dbt build --select a", "tickit exit 0 The page is in reports/x.html.")
    assert code == 0
    assert re.search(r"step1 success in [\d.]+ s: Done\. PASS=1\n", said)
    assert "The page is in reports/x.html." in said
    assert f"Logs and results: {jobs.folders[-1]}" in said
    run = jobs.last
    assert {key: run[key] for key in ("version", "job", "target", "status", "resumed_from", "notify")} == {
        "version": 1, "job": "daily", "target": "dev", "status": "success", "resumed_from": None, "notify": ["failure"],
    }  # fmt: skip
    assert run["run_id"] == jobs.folders[-1].name
    assert re.fullmatch(r"\d{8}T\d{12}Z-[0-9a-f]{8}", run["run_id"])
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", run[key]) for key in ("started_at", "ended_at"))
    (attempt,) = run["steps"][0]["attempts"]
    assert attempt["artifacts"] == "artifacts/01-step1/1"
    assert {path.name for path in (jobs.folders[-1] / attempt["artifacts"]).iterdir()} == {
        *("run_results.json", "manifest.json"),
    }
    assert run["steps"][1]["attempts"][0]["artifacts"] is None
    assert "The page" in (jobs.folders[-1] / run["steps"][1]["log"]).read_text(encoding="utf-8")


def test_a_failure_shows_its_log_and_how_to_repeat_it(jobs: Jobs) -> None:
    code, said = jobs.run(
        "tickit exit 0",
        "tickit exit 3 [red]column x is missing",
        "tickit exit 0",
        {"name": "clean", "command": "tickit exit 0", "always": True},
    )
    assert code == 1
    assert "      | [red]column x is missing\n" in said
    assert f"The command: DBT_TARGET=dev DBT_PROFILES_DIR={ROOT / 'profiles'} tickit exit 3" in said
    when = "without --from if files of the lake have changed"
    assert f"When it is mended: tickit job daily --target dev --from step2 ({when})\n" in said
    assert statuses(jobs.last) == ["success", "failed", "skipped", "success"]
    assert jobs.last["status"] == "failed"
    assert jobs.last["steps"][1]["exit_code"] == 3


def test_a_step_that_may_fail_fails_nothing(jobs: Jobs) -> None:
    code, said = jobs.run({"name": "old", "command": "tickit exit 1", "allow_failure": True}, "tickit exit 0")
    assert code == 0
    assert "old failed, as it may" in said
    assert (statuses(jobs.last), jobs.last["status"]) == (["failed", "success"], "success")


def test_a_run_can_begin_with_a_later_step(jobs: Jobs) -> None:
    counted = jobs.folder / "counted"
    steps = (f"tickit count {counted}", f"tickit count {counted}")
    assert jobs.run(*steps, call={"from": "step2"})[0] == 0
    assert counted.read_text() == "."
    assert statuses(jobs.last) == ["skipped", "success"]


def test_an_overlapping_run_ends_at_once_and_names_the_holder(jobs: Jobs) -> None:
    first = jobs.start("tickit sleep 60")
    began = time.monotonic()
    code, said = jobs.run("tickit exit 0", name="weekly")
    assert code == 75
    assert re.search(rf"job daily works on dev since 20\S+Z: process {first.pid} on \S+, run 20\S+\.", said)
    assert said.count("\n") == 1
    assert time.monotonic() - began < 20
    assert not (jobs.folder / "jobs/dev/weekly").exists()
    assert jobs.run("tickit exit 0", call={"target": "ci"})[0] == 0
    first.send_signal(signal.SIGTERM)
    first.communicate(timeout=120)
    assert jobs.run("tickit exit 0", name="weekly")[0] == 0


def test_a_target_that_a_command_names_is_locked_too(jobs: Jobs) -> None:
    first = jobs.start("tickit sleep 60 --target lake")
    code, said = jobs.run("tickit exit 0", call={"target": "lake"})
    assert code == 75
    assert f"job daily works on lake since {jobs.last['started_at']}: process {first.pid} on " in said
    first.kill()
    first.communicate()
    code, said = jobs.run("tickit exit 0 --target=lake")
    assert code == 0
    assert said.count("was killed, with 1 process, which is stopped now.") == 1


def test_a_killed_run_is_taken_over_with_what_it_left_running(jobs: Jobs) -> None:
    counted, pids = jobs.folder / "counted", jobs.folder / "pids"
    steps = (f"tickit count {counted}", f"tickit family {pids}")
    first = jobs.start(*steps)
    _until(lambda: _lines(pids) == 3)
    first.kill()
    first.communicate()
    assert jobs.last["status"] == "running"
    assert len(_started(jobs.folder)) == 3
    killed = jobs.last["run_id"]

    second = jobs.start(*steps, call={"patience": 0.3})
    _until(lambda: _lines(pids) == 6)
    assert len(_started(jobs.folder)) == 3
    second.send_signal(signal.SIGTERM)
    said, _ = second.communicate(timeout=120)
    assert f"Run {killed} of job daily was killed, with 3 processes, which are stopped now." in said
    assert f"Going on where run {killed} was stopped; --fresh starts over." in said
    assert counted.read_text() == "."
    assert jobs.last["resumed_from"] == killed
    assert jobs.last["steps"][0] | {"attempts": []} == {
        "name": "step1", "command": steps[0], "log": "logs/01-step1.log", "status": "skipped", "started_at": None,
        "ended_at": None, "seconds": None, "exit_code": None, "done_by": killed, "attempts": [],
    }  # fmt: skip

    # The third goes on from the second, and knows who did the first step.
    stopped = jobs.last["run_id"]
    assert jobs.run(*steps[:1], f"tickit family {pids}", timeout_minutes=0.01)[0] == 124
    assert (jobs.last["resumed_from"], jobs.last["steps"][0]["done_by"]) == (stopped, killed)
    assert counted.read_text() == "."


def test_a_stopped_run_is_not_gone_on_with_where_that_is_wrong(jobs: Jobs) -> None:
    counted = jobs.folder / "counted"
    steps = (f"tickit count {counted}", "tickit sleep 60")

    def stopped() -> Path:
        """Return run.json of a run that was stopped in its second step."""
        for folder in jobs.folders:
            shutil.rmtree(folder)
        running = jobs.start(*steps)
        _until(lambda: statuses(jobs.last)[1] == "running")
        running.send_signal(signal.SIGTERM)
        running.communicate(timeout=120)
        counted.unlink()
        return jobs.folders[-1] / "run.json"

    path = stopped()
    saved = path.read_text()
    for key, value in {"started_at": "2026-01-01T00:00:00.000Z", "git_commit": "0" * 40, "code": "other"}.items():
        path.write_text(json.dumps({**json.loads(saved), key: value}))
        with jobs.late_when(counted.exists):
            assert jobs.run(*steps)[0] == 124
        assert (counted.read_text(), jobs.last["resumed_from"]) == (".", None), key
        counted.unlink()
        shutil.rmtree(jobs.folders[-1])
    path.write_text(saved)
    assert jobs.run(steps[0], "tickit exit 0")[0] == 0  # other steps
    assert counted.read_text() == "."
    shutil.rmtree(jobs.folders[-1])
    with jobs.late_when(lambda: counted.read_text() == ".."):
        assert jobs.run(*steps, call={"fresh": True})[0] == 124
    assert counted.read_text() == ".."
    # After a timeout the job starts over.
    with jobs.late_when(lambda: counted.read_text() == "..."):
        assert jobs.run(*steps)[0] == 124
    assert counted.read_text() == "..."


def test_a_timeout_stops_the_tree_with_a_child_that_ignores_signals(jobs: Jobs) -> None:
    pids = jobs.folder / "pids"
    with jobs.late_when(lambda: _lines(pids) == 3):
        code, said = jobs.run(
            {"name": "long", "command": f"tickit family {pids}", "timeout_minutes": 5},
            {"name": "clean", "command": "tickit exit 0", "always": True},
            timeout_minutes=60,
        )
    assert code == 124
    assert _lines(pids) == 3
    assert _started(jobs.folder) == []
    assert (statuses(jobs.last), jobs.last["status"]) == (["timeout", "success"], "timeout")
    assert "long timeout in" in said


def test_the_jobs_timeout_ends_all_its_steps(jobs: Jobs) -> None:
    clean = {"name": "clean", "command": "tickit exit 0", "always": True}
    assert jobs.run("tickit sleep 60", clean, timeout_minutes=0.01)[0] == 124
    assert statuses(jobs.last) == ["timeout", "skipped"]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_is_a_clean_stop_within_ten_seconds(jobs: Jobs, number: signal.Signals, code: int) -> None:
    pids, said_after = jobs.folder / "pids", jobs.folder / "after"
    after = [
        {"name": "history", "command": [sys.executable, "-c", f"open({str(said_after)!r}, 'a').write('h')"]},
        {"name": "message", "command": [sys.executable, "-c", f"open({str(said_after)!r}, 'a').write('m')"],
         "when_stopped": True},
    ]  # fmt: skip
    always = {"name": "clean", "command": "tickit exit 0", "always": True}
    running = jobs.start(f"tickit family {pids}", "tickit exit 0", always, call={"after": after, "patience": 1})
    # So that a busy machine does not fail it, the test has less patience than a job.
    assert processes.LONGEST_SECONDS <= 7
    _until(lambda: _lines(pids) == 3)
    began = time.monotonic()
    running.send_signal(number)
    said, _ = running.communicate(timeout=120)
    assert time.monotonic() - began < 10
    assert running.returncode == code
    assert _started(jobs.folder) == []
    assert (statuses(jobs.last), jobs.last["status"]) == (["stopped", "skipped", "skipped"], "stopped")
    assert jobs.last["ended_at"]
    assert said_after.read_text() == "m"
    assert "To go on: tickit job daily --target dev" in said


def test_a_transient_failure_goes_on_with_dbt_retry(jobs: Jobs) -> None:
    def results(status: str, message: str) -> list[dict[str, str]]:
        return [
            {"unique_id": "model.x.a", "status": "success", "message": "OK"},
            {"unique_id": "model.x.b", "status": status, "message": message},
            {"unique_id": "model.x.c", "status": "skipped"},
        ]

    jobs.dbt_does(
        {"exit": 1, "results": results("error", ISOLATION)},
        {"exit": 1, "results": results("error", LOCKED)},
        {"exit": 0, "results": [{"unique_id": "model.x.b", "status": "success"}]},
    )
    code, said = jobs.run("dbt build --select a+")
    assert code == 0
    artifacts = jobs.folders[-1] / "artifacts/01-step1"
    assert jobs.dbt_calls == ["build --select a+", f"retry --state {artifacts}/1", f"retry --state {artifacts}/2"]
    step = jobs.last["steps"][0]
    assert [attempt["reason"] for attempt in step["attempts"]] == [
        "transient: another transaction wrote to the same tables (1023)",
        "transient: another process had the DuckDB file open",
        None,
    ]
    assert [attempt["exit_code"] for attempt in step["attempts"]] == [1, 1, 0]
    assert "another process had the DuckDB file open: trying again in 0 s: dbt retry --state" in said
    assert (step["status"], step["exit_code"]) == ("success", 0)


@pytest.mark.parametrize(
    ("does", "why"),
    [
        ({"results": [{"unique_id": "test.x.t", "status": "fail", "message": f"Got 2 results {LOCKED}"}]}, "a test"),
        ({"results": [{"unique_id": "model.x.a", "status": "error", "message": "Compilation Error broken pipe"}]}, "c"),
        ({"results": [{"unique_id": "model.x.a", "status": "error", "message": LOCKED},
                      {"unique_id": "test.x.t", "status": "fail", "message": "Got 2 results"}]}, "data beside it"),
        ({"results": [{"unique_id": "model.x.a", "status": "error", "message": "HTTP Error (HTTP 403)"}]}, "rights"),
        ({"said": "Compilation Error\n  connection refused"}, "code, said in the log only"),
        ({"said": "Something else"}, "not known"),
    ],
)  # fmt: skip
def test_a_failure_of_data_or_code_is_never_retried(jobs: Jobs, does: dict[str, Any], why: str) -> None:
    jobs.dbt_does({"exit": 1, **does})
    assert jobs.run("dbt build")[0] == 1, why
    assert jobs.dbt_calls == ["build"]
    assert jobs.last["steps"][0]["attempts"][0]["reason"] is None


def test_old_data_is_no_transient_failure_and_a_source_that_cannot_be_read_is(jobs: Jobs) -> None:
    source = {"unique_id": "source.x.s"}
    jobs.dbt_does(
        {"exit": 1, "sources": [{**source, "status": "runtime error", "error": LOCKED}]},
        {"exit": 1, "sources": [{**source, "status": "error"}]},
    )
    assert jobs.run("dbt source freshness")[0] == 1
    assert jobs.dbt_calls == ["source freshness"] * 2
    assert (jobs.folders[-1] / "artifacts/01-step1/2/sources.json").exists()


def test_what_is_no_dbt_build_is_repeated_by_its_own_command(jobs: Jobs) -> None:
    jobs.dbt_does({"exit": 2, "said": "Database Error\n  connection refused"}, {})
    assert jobs.run("dbt build")[0] == 0
    assert jobs.dbt_calls == ["build", "build"]


def test_results_of_an_earlier_command_are_not_taken_for_this_ones(jobs: Jobs) -> None:
    jobs.dbt_does(
        {"results": [{"unique_id": "model.x.a", "status": "error", "message": LOCKED}]}, {"exit": 1, "said": "Oh no"}
    )
    assert jobs.run("dbt build", "dbt run-operation x")[0] == 1
    assert jobs.last["steps"][1]["attempts"][0]["artifacts"] is None
    assert len(jobs.dbt_calls) == 2


def test_a_transient_failure_that_stays_is_for_the_scheduler_to_try_later(jobs: Jobs) -> None:
    jobs.dbt_does(*[{"exit": 1, "said": "connection refused"}] * 3)
    code, _ = jobs.run("dbt build")
    assert code == 75
    assert len(jobs.dbt_calls) == 3
    assert jobs.last["status"] == "failed"


def test_a_signal_is_answered_while_a_retry_waits(jobs: Jobs) -> None:
    jobs.dbt_does({"exit": 1, "said": "connection refused"})
    running = jobs.start("dbt build", call={"wait_seconds": 60})
    _until(lambda: [attempt["reason"] for attempt in jobs.last["steps"][0]["attempts"]] not in ([], [None]))
    running.send_signal(signal.SIGTERM)
    running.communicate(timeout=120)
    assert (running.returncode, statuses(jobs.last)) == (143, ["stopped"])


def test_an_interrupted_dbt_step_is_repeated_in_full(jobs: Jobs) -> None:
    """dbt that is interrupted writes results without the nodes that had not begun: `dbt retry` would leave them out."""
    pids = jobs.folder / "pids"
    begun = [{"unique_id": "model.x.a", "status": "success"}]
    jobs.dbt_does({"results": begun, "stubborn": str(pids)}, {"results": begun})
    running = jobs.start("tickit exit 0", "dbt build")
    _until(lambda: _lines(pids) == 1)
    running.kill()
    running.communicate()
    assert jobs.run("tickit exit 0", "dbt build")[0] == 0
    assert jobs.dbt_calls == ["build", "build"]
    assert statuses(jobs.last) == ["skipped", "success"]


def test_what_comes_after_a_run_does_not_change_its_result(jobs: Jobs) -> None:
    seen = jobs.folder / "seen"
    tells = f"import json, sys; open({str(seen)!r}, 'w').write(json.load(open(sys.argv[1] + '/run.json'))['status'])"
    after = [
        {"name": "history", "command": [sys.executable, "-c", "import os; print('locked', flush=True); os.abort()"]},
        {"name": "message", "command": [sys.executable, "-c", tells]},
    ]
    code, said = jobs.run("tickit exit 1", call={"after": after})
    assert code == 1
    assert seen.read_text() == "failed"
    assert re.search(r"history failed with exit code -6, which does not change the job's: \S+\n      \| locked\n", said)


def test_the_newest_thirty_runs_are_kept(jobs: Jobs) -> None:
    runs = jobs.folder / "jobs/dev/daily"
    for day in range(1, 32):
        (runs / f"202601{day:02}T000000Z-00000000").mkdir(parents=True)
    (runs / ".20260101T000000Z-00000001").mkdir()
    assert jobs.run("tickit exit 0")[0] == 0
    assert len(list(runs.iterdir())) == len(jobs.folders) == 30
    assert jobs.folders[0].name.startswith("20260103")
    assert jobs.last["status"] == "success"


def test_a_program_that_is_not_there_is_named_before_anything_runs(jobs: Jobs) -> None:
    code, said = jobs.run("tickit exit 0", "make soak")
    assert code == 2
    assert "step step2 needs make, which is not installed." in said
    assert not (jobs.folder / "jobs/dev/daily").exists()
