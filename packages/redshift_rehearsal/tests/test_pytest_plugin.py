"""The pytest plugin: in somebody else's tests, with and without pytest-xdist, a report at the end."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

CONFTEST = """
import pytest
from redshift_rehearsal import Settings, User

@pytest.fixture(scope="session")
def redshift_rehearsal_settings():
    return Settings(database="shop", users=(User("me", "secret"),))
"""
TESTS = """
import pytest

def test_it_is_there(redshift_rehearsal):
    place = redshift_rehearsal
    assert (place.host, place.database, place.user, place.password) == ("127.0.0.1", "shop", "me", "secret")
    assert place.run("select nvl(null, current_user)") == [("me",)]

def test_it_refuses(redshift_rehearsal):
    assert "distinct on" in redshift_rehearsal.error("select distinct on (a) a from t")
"""


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], "Refused (-v shows each): distinct on 1"),
        pytest.param(
            ["-v"], "Refused a statement of no model\n  SELECT DISTINCT ON is not supported", marks=pytest.mark.soak
        ),
        pytest.param(
            ["-n", "1"],
            "Refused (-v shows each): distinct on 1",
            marks=[
                pytest.mark.soak,
                pytest.mark.skipif(not find_spec("xdist"), reason="pytest-xdist is not installed"),
            ],
        ),
    ],
    ids=["short", "long", "xdist"],
)
def test_the_fixture_and_the_report(tmp_path: Path, options: list[str], expected: str) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_shop.py").write_text(TESTS)
    command = [sys.executable, "-m", "pytest", "-c", "/dev/null", "--rootdir", str(tmp_path), *options, str(tmp_path)]
    environment = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout
    assert re.search(r"Statements: \d, 1 of them rewritten, 1 refused or failed[.]", done.stdout), done.stdout
    assert expected in done.stdout


def test_without_the_fixture_nothing_is_started_or_printed(tmp_path: Path) -> None:
    (tmp_path / "test_else.py").write_text("def test_else(): pass")
    command = [sys.executable, "-m", "pytest", "-c", "/dev/null", "--rootdir", str(tmp_path), str(tmp_path)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "1 passed" in done.stdout
    assert "redshift-rehearsal =" not in done.stdout
