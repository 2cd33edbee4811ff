"""What importing the package promises to models that run side by side."""

from __future__ import annotations

import subprocess
import sys

from tests.python.conftest import Warehouse
from tests.python.dbt_project import ROOT

HEAVY = {"boto3", "implicit", "pandas", "polars", "pyarrow", "scipy", "sklearn", "statsforecast", "statsmodels"}


def test_polars_is_whole_before_a_model_begins() -> None:
    """Half loaded by one model's thread, it fails scikit-learn in another's."""
    code = "import analytics, sys; sys.modules['polars'].DataFrame"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_filter_of_another_thread_does_not_bring_warnings_back() -> None:
    """AutoARIMA's warnings would stand between the lines of `make run`."""
    code = """
import warnings
import analytics
with warnings.catch_warnings():
    warnings.simplefilter("always")
warnings.warn("possible convergence problem: minimize gave code 2]")
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stderr == ""


def test_dbt_without_python_models_loads_no_heavy_library(warehouse: Warehouse) -> None:
    code = (
        "import sys; from dbt.cli.main import dbtRunner; "
        "done = dbtRunner().invoke(['show', '--inline', 'select 1', '--log-level', 'none']); "
        "print(done.success, *sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=warehouse.env, capture_output=True, text=True, check=True
    )
    success, *loaded = done.stdout.splitlines()[-1].split()
    assert success == "True"
    assert "duckdb" in loaded
    assert HEAVY & set(loaded) == set()
