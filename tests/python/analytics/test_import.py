"""What importing the package promises to models that run side by side."""

from __future__ import annotations

import subprocess
import sys


def test_polars_is_whole_before_a_model_begins() -> None:
    """Half loaded by one model's thread, it fails scikit-learn in another's."""
    code = "import analytics, sys; sys.modules['polars'].DataFrame"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
