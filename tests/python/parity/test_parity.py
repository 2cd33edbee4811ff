"""DuckDB and the rehearsal make the same tables from the same lake, bad lines and published predictions among them."""

from __future__ import annotations

import os
import subprocess

from tests.python.dbt_project import ROOT
from tests.python.tickit import TICKIT


def test_both_engines_make_the_same_tables(installed_packages: None) -> None:
    own = {name: value for name, value in os.environ.items() if not name.startswith(("DBT_", "TICKIT_", "REDSHIFT_"))}
    command = [*TICKIT, "parity"]
    done = subprocess.run(command, cwd=ROOT, env=own, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert "37 of 37 tables are the same, 12 of 12 questions to the metrics have the same answer" in done.stdout


def test_a_mistake_of_the_user_is_told_without_a_traceback() -> None:
    command = [*TICKIT, "parity", "--against", "redshift"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "--against redshift needs --lake" in done.stderr
    assert "Traceback" not in done.stderr
