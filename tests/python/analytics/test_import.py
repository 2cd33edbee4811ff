"""What importing the package promises to models that run side by side."""

from __future__ import annotations

import subprocess
import sys


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
