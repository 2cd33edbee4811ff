"""What the tests of faults share: one parse of the project, and three runs, each from a lake of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.python.faults.broken_delivery import break_delivery
from tests.python.faults.checkout import Checkout, Run, copy_project
from tests.python.faults.few_bad_lines import add_few_bad_lines

Built = tuple[Checkout, Run]


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One copy of the project for all tests."""
    return copy_project(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="session")
def parsed(lake: Path, project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Parse the project once: dbt reads what it keeps of it in every checkout, which saves seconds each time."""
    checkout = Checkout.make(tmp_path_factory.mktemp("parsed") / "checkout", project, lake)
    checkout.execute(".venv/bin/dbt", "parse", "--profiles-dir", "profiles").must_end(0)
    return checkout.folder / "target" / "partial_parse.msgpack"


@pytest.fixture(scope="session")
def new_checkout(
    lake: Path, project: Path, parsed: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], Checkout]:
    """Make a checkout with a good lake."""
    return lambda: Checkout.make(tmp_path_factory.mktemp("fault") / "checkout", project, lake, parsed)


@pytest.fixture(scope="session")
def runs(new_checkout: Callable[[], Checkout]) -> Iterator[dict[str, Future[Built]]]:
    """Start the runs that many tests look at, two at a time: dbt keeps one core busy."""

    def build(spoil: Callable[[Path], None]) -> Built:
        checkout = new_checkout()
        spoil(checkout.lake)
        return checkout, checkout.run()

    spoilers = {"few": add_few_bad_lines, "broken": break_delivery, "good": lambda _: None}
    with ThreadPoolExecutor(max_workers=2) as pool:
        yield {name: pool.submit(build, spoil) for name, spoil in spoilers.items()}


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
