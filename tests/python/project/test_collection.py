"""pytest finds every file of tests."""

from __future__ import annotations

import subprocess
import sys
from fnmatch import fnmatch

import pytest

from tests.python.dbt_project import ROOT, own_environment


def test_pytest_passes_over_no_folder_of_tests(pytestconfig: pytest.Config) -> None:
    """It leaves out folders called build, dist and others without a warning."""
    files = [
        file.relative_to(ROOT)
        for folder in pytestconfig.getini("testpaths")
        for file in ROOT.joinpath(folder).rglob("test_*.py")
    ]
    passed_over = pytestconfig.getini("norecursedirs")
    assert len(files) > 100
    assert [
        file for file in files if any(fnmatch(part, pattern) for part in file.parts[:-1] for pattern in passed_over)
    ] == []


@pytest.mark.soak
def test_tests_keep_their_names() -> None:
    """The processes of pytest-xdist refuse to run when a name holds the time, a random value or the order of a set."""
    names = [
        subprocess.run(
            [sys.executable, "-m", "pytest", "--collect-only", "--quiet", "-n0", "-m", "", "-p", "no:cacheprovider"],
            cwd=ROOT,
            env={**own_environment(), "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()[:-1]
        for seed in ("1", "2")
    ]
    assert len(names[0]) > 3000
    assert set(names[0]) == set(names[1])
