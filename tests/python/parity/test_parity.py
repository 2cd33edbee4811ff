"""DuckDB and the rehearsal make the same tables from the same lake, bad lines and published predictions among them."""

from __future__ import annotations

import io
import subprocess

import pytest
from rich.console import Console

from scripts.parity import run
from tests.python.dbt_project import ROOT, own_environment, run_dbt
from tests.python.tickit import TICKIT


def test_both_engines_make_the_same_tables(installed_packages: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """As `tickit parity` does, but each of dbt's commands is forked from one process, which has imported dbt."""
    own = {**own_environment(), "DBT_PROFILES_DIR": str(ROOT / "profiles")}
    monkeypatch.setattr(run, "in_a_process", lambda arguments, env: run_dbt(*arguments, env={**own, **env}))
    console = Console(file=io.StringIO(), width=120)
    code = run.run(console)
    said = console.file.getvalue()
    assert code == 0, said
    assert "38 of 38 tables are the same, 12 of 12 questions to the metrics have the same answer" in said


def test_a_mistake_of_the_user_is_told_without_a_traceback() -> None:
    command = [*TICKIT, "parity", "--against", "redshift"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "--against redshift needs --lake" in done.stderr
    assert "Traceback" not in done.stderr
