"""What the tests of faults share: one parse of the project, and three runs, each from a lake of its own.

All of it is in folders whose names have quotes in them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.python.faults.broken_delivery import break_delivery
from tests.python.faults.checkout import Checkout, Run, copy_project
from tests.python.faults.few_bad_lines import add_few_bad_lines

Built = tuple[Checkout, Run]
QUOTED = 'o\'brien "x" $(y) [z]'
# A minute of CPU each time; the good run has them.
WITHOUT_PYTHON_MODELS = ("--exclude", "tag:python", "rpt_recommended_events")


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One copy of the project for all tests."""
    return copy_project(tmp_path_factory.mktemp("project") / QUOTED)


@pytest.fixture(scope="session")
def parsed(lake: Path, project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Parse the project once: dbt reads what it keeps of it in every checkout, which saves seconds each time."""
    checkout = Checkout.make(tmp_path_factory.mktemp("parsed") / QUOTED, project, lake)
    checkout.execute(".venv/bin/dbt", "parse", "--profiles-dir", "profiles").must_end(0)
    return checkout.folder / "target" / "partial_parse.msgpack"


@pytest.fixture(scope="session")
def new_checkout(
    lake: Path, project: Path, parsed: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], Checkout]:
    """Make a checkout with a good lake."""
    return lambda: Checkout.make(tmp_path_factory.mktemp("fault") / QUOTED, project, lake, parsed)


def _run(checkout: Checkout, *options: str) -> Built:
    """Run what `make run` does, with a folder for temporary files of its own."""
    temporary = checkout.folder / "tmp"
    temporary.mkdir()
    return checkout, checkout.run(*options, TMPDIR=str(temporary))


@pytest.fixture(scope="session")
def few(new_checkout: Callable[[], Checkout]) -> Built:
    """A run with a few bad lines of every kind."""
    checkout = new_checkout()
    add_few_bad_lines(checkout.lake)
    return _run(checkout, *WITHOUT_PYTHON_MODELS)


@pytest.fixture(scope="session")
def broken(new_checkout: Callable[[], Checkout]) -> Built:
    """A run with more bad lines than are tolerated, and with a negative price."""
    checkout = new_checkout()
    break_delivery(checkout.lake)
    return _run(checkout)


@pytest.fixture(scope="session")
def good(new_checkout: Callable[[], Checkout]) -> Built:
    """A run without a fault."""
    return _run(new_checkout())


@pytest.fixture
def checkout(new_checkout: Callable[[], Checkout]) -> Checkout:
    """A checkout with a good lake, to be spoilt by one test."""
    return new_checkout()
