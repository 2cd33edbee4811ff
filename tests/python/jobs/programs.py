"""Programs that take the place of dbt and tickit in a job, and the command that runs such a job.

programs.py job <description of a job, JSON>    runs it, as `tickit job` runs a declared one
programs.py tickit <what> ...                   is a step
programs.py dbt <command> ...                   is dbt: it does what the next line of $FAKE_DBT says, or succeeds
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console


def main(program: str, *arguments: str) -> int:
    match program, arguments:
        case "job", (description,):
            return _job(description)
        case "dbt", _:
            return _dbt(*arguments)
        case _, ("exit", code, *said):
            print(*said)
            return int(code)
        case _, ("sleep", seconds, *_):
            print("sleeping", flush=True)
            time.sleep(float(seconds))
        case _, ("family", pids):  # a child that will not go, in a session of its own, and its child
            child = [sys.executable, "-I", "-S", __file__, "tickit", "stubborn", pids]
            subprocess.Popen([*child, "child"], start_new_session=True)
            _stubborn(Path(pids))
        case _, ("stubborn", pids, "child"):
            subprocess.Popen([sys.executable, "-I", "-S", __file__, "tickit", "stubborn", pids])
            _stubborn(Path(pids))
        case _, ("stubborn", pids):
            _stubborn(Path(pids))
        case _, ("count", file):  # how often it was started
            with Path(file).open("a") as counted:
                counted.write(".")
        case _:
            raise AssertionError(f"no such step: {arguments}")
    return 0


def _stubborn(pids: Path) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with pids.open("a") as file:
        file.write(f"{os.getpid()}\n")
    time.sleep(120)


def _dbt(command: str, *arguments: str) -> int:
    script = Path(os.environ["FAKE_DBT"])
    first, _, rest = script.read_text(encoding="utf-8").partition("\n")
    script.write_text(rest, encoding="utf-8")
    does = json.loads(first) if first else {}
    with script.with_suffix(".called").open("a") as called:
        called.write(f"{' '.join([command, *arguments])}\n")
    target = Path(os.environ["DBT_TARGET_PATH"])
    target.mkdir(exist_ok=True)
    which = "build" if command == "retry" else command
    for name, results in {"run_results": does.get("results"), "sources": does.get("sources")}.items():
        if results is not None:
            content = {"args": {"which": which}, "results": results}
            (target / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    (target / "manifest.json").write_text("{}", encoding="utf-8")
    print(does.get("said", "Done."))
    if pids := does.get("stubborn"):
        _stubborn(Path(pids))
    return does.get("exit", 0)


def run_job(description: dict[str, Any], console: Console) -> int:
    """Run a job in this process; return the exit code that `tickit` would have."""
    from scripts.cli import exit_code
    from scripts.jobs import processes
    from scripts.jobs.declaration import Job, Step
    from scripts.jobs.plan import plan
    from scripts.jobs.run import After, Runner

    call = description.pop("call")
    if "patience" in call:
        processes._ASK_SECONDS = processes._INSIST_SECONDS = call["patience"]
    steps = tuple(Step(**step) for step in description.pop("steps"))
    about = {"description": "A job.", "target": "dev", "timeout_minutes": 5, "retries": 2, "notify": ("failure",)}
    runner = Runner(
        plan(Job(**{**about, **description, "steps": steps}), call.get("target", "dev"), call.get("from")),
        console,
        # Without what takes longer to import than the step takes.
        programs={name: [sys.executable, "-I", "-S", __file__, name] for name in ("dbt", "tickit")},
        after=[After(**after) for after in call.get("after", [])],
        reports=Path(call["reports"]),
        wait_seconds=call.get("wait_seconds", 0.01),
    )
    return exit_code(lambda: runner.run(fresh=call.get("fresh", False)))


def _job(description: str) -> int:
    from rich.console import Console

    return run_job(json.loads(description), Console(soft_wrap=True, highlight=False))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
