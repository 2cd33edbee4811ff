"""What importing the package promises to models that run side by side."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest

from tests.python.conftest import Warehouse
from tests.python.dbt_project import ROOT

HEAVY = {"boto3", "implicit", "pandas", "polars", "pyarrow", "scipy", "sklearn", "statsforecast", "statsmodels"}
METHODS = sorted(path.stem for path in (ROOT / "analytics").glob("[!_]*.py") if path.stem != "memory")


def test_all_is_loaded_before_a_model_begins() -> None:
    """Two models' threads that import at once meet modules half loaded, or fail with a deadlock."""
    code = "import analytics, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    loaded = set(done.stdout.split())
    assert {f"analytics.{name}" for name in METHODS} <= loaded
    assert HEAVY - {"boto3"} <= loaded


@pytest.mark.parametrize("method", METHODS)
def test_a_method_imports_nothing_while_it_runs(method: str) -> None:
    tree = ast.parse((ROOT / "analytics" / f"{method}.py").read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    assert [node.lineno for node in imports if node not in tree.body] == []


@pytest.mark.soak
def test_a_filter_of_another_thread_does_not_bring_warnings_back() -> None:
    """AutoARIMA's warnings, and scipy's on its way, would stand between the lines of `make run`."""
    code = """
import warnings
import analytics
with warnings.catch_warnings():
    warnings.simplefilter("always")
warnings.warn("possible convergence problem: minimize gave code 2]")
warnings.warn("The line search algorithm did not converge", RuntimeWarning)
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stderr == ""


def test_dbt_without_python_models_loads_no_heavy_library(warehouse: Warehouse) -> None:
    code = (
        "import sys; from dbt.cli.main import dbtRunner; "
        "done = dbtRunner().invoke(['seed', '--log-level', 'none']); "
        "print(done.success, *sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=warehouse.env, capture_output=True, text=True, check=True
    )
    success, *loaded = done.stdout.splitlines()[-1].split()
    assert success == "True"
    assert "duckdb" in loaded
    assert HEAVY & set(loaded) == set()
