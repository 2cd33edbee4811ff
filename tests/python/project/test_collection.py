"""pytest finds every file of tests."""

from __future__ import annotations

from fnmatch import fnmatch

import pytest

from tests.python.dbt_project import ROOT


def test_pytest_passes_over_no_folder_of_tests(pytestconfig: pytest.Config) -> None:
    """It leaves out folders called build, dist and others, without a word."""
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
