"""What the tests of faults share: one parse of the project, and three runs, each from a lake of its own.

All of it is in folders whose names have quotes in them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
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


@pytest.fixture(scope="session")
def runs(new_checkout: Callable[[], Checkout]) -> Iterator[dict[str, Future[Built]]]:
    """Start the runs that many tests look at, two at a time: dbt keeps one core busy."""

    def build(spoil: Callable[[Path], None], *options: str) -> Built:
        checkout = new_checkout()
        spoil(checkout.lake)
        temporary = checkout.folder / "tmp"
        temporary.mkdir()
        return checkout, checkout.run(*options, TMPDIR=str(temporary))

    with ThreadPoolExecutor(max_workers=2) as pool:
        yield {
            "few": pool.submit(build, add_few_bad_lines, *WITHOUT_PYTHON_MODELS),
            "broken": pool.submit(build, break_delivery),
            "good": pool.submit(build, lambda _: None),
        }


@pytest.fixture(scope="session")
def few(runs: dict[str, Future[Built]]) -> Built:
    """A run with a few bad lines of every kind."""
    return runs["few"].result()


@pytest.fixture(scope="session")
def broken(runs: dict[str, Future[Built]]) -> Built:
    """A run with more bad lines than are tolerated, and with a negative price."""
    return runs["broken"].result()


@pytest.fixture(scope="session")
def good(runs: dict[str, Future[Built]]) -> Built:
    """A run without a fault."""
    return runs["good"].result()


@pytest.fixture
def checkout(new_checkout: Callable[[], Checkout]) -> Checkout:
    """A checkout with a good lake, to be spoilt by one test."""
    return new_checkout()
