"""The command `tickit`: its help, its exit codes, and how it is installed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from scripts import cli
from scripts.core.errors import Interrupted, TickitError
from tests.python.dbt_project import ROOT

HEAVY = (
    *("altair", "boto3", "dbt.cli", "duckdb", "jinja2", "jsonschema", "numpy", "pandas", "psycopg2", "rich.progress"),
    *("pyiceberg", "sqlalchemy", "yaml"),
)


def test_help_lists_every_command_by_workflow(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    said = capsys.readouterr().out
    assert re.findall(r"─ ([A-Z][\w ]+?) ─", said) == [
        *("Options", "Build and look", "Jobs", "Fill the lake", "Python models", "Redshift", "Open tables"),
        "Develop",
    ]
    named = set(re.findall(r"(?m)^│ ([a-z-]+) ", said))
    called = set(re.findall(r"tickit ([a-z-]+)", (ROOT / "Makefile").read_text(encoding="utf-8")))
    assert {"run", "lake", "land", "rehearse", "lint", "teardown"} <= named
    assert called <= named


def test_help_needs_nothing_that_takes_long_to_import() -> None:
    asks = (
        f"import sys; from scripts.cli import main; main(['--help']); print([m for m in {HEAVY} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", asks], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_make_installs_the_command() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["scripts"] == {"tickit": "scripts.cli:main"}


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (TickitError("no [lake] at x: make one"), 1, "Error: no [lake] at x: make one\n"),
        (OSError(28, "No space left on device", "/x/y"), 1, "Error: /x/y: No space left on device\n"),
    ],
)
def test_what_a_user_can_put_right_is_one_message(
    error: BaseException, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> int:
        raise error

    assert cli.exit_code(fail) == code
    assert capsys.readouterr().err == said


@pytest.mark.parametrize(("stop", "said"), [(KeyboardInterrupt(), "\nInterrupted.\n"), (Interrupted(), "")])
def test_ctrl_c_is_answered_once(
    stop: BaseException, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(_: str) -> None:
        raise stop

    monkeypatch.setattr("scripts.lake.inventory.write_inventory", interrupted)
    assert cli.main(["inventory"]) == 130
    assert capsys.readouterr().err == said


def test_an_error_of_ours_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        cli.exit_code(lambda: 1 // 0)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["lak"], "No such command 'lak'. Did you mean 'lake'?"),
        (["docs", "--port", "none"], "'none' is not a valid int range"),
        (["evaluate", "climate"], "no such topic: climate. There is anomalies"),
        (["bench", "--scales", "0"], "0: give numbers from 0.001 to 1000, such as 1,10,100"),
        (["bench", "--yardsticks", "ours"], "no such yardstick: ours. There is floor"),
    ],
)
def test_wrong_arguments_are_answered_in_a_line(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(arguments) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.startswith("Error: ")
    assert error.count("\n") == 1


def test_several_values_follow_one_option_as_in_dbt() -> None:
    from scripts.commands.options import _repeated

    given = ["--select", "a", "b", "--target", "ci", "--exclude", "c", "d", "--keep"]
    assert list(_repeated(given)) == [
        *("--select", "a", "--select", "b", "--target", "ci", "--exclude", "c", "--exclude", "d", "--keep"),
    ]


def test_ctrl_c_is_answered_while_a_thread_of_dbts_goes_on(tmp_path: Path) -> None:
    """dbt waits for its threads; here one that never ends, as a Python model takes its time."""
    program = (
        "import sys, threading, time\n"
        "from scripts.core import dbt\n"
        "dbt._PATIENCE_SECONDS = 0.5\n"
        "with dbt._stopped_at_once():\n"
        "    thread = threading.Thread(target=time.sleep, args=(60,))\n"
        "    thread.start()\n"
        "    print('started', flush=True)\n"
        "    try:\n"
        "        time.sleep(60)\n"
        "    finally:\n"
        "        thread.join()\n"
    )
    running = subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert running.stdout.readline() == "started\n"
    os.kill(running.pid, signal.SIGINT)
    _, said = running.communicate(timeout=30)
    assert running.returncode == 130
    assert "Interrupted. What is built stays." in said
