"""A synthetic lake at scale 1 that the tests share: made once, never changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from scripts.core.progress import Silent
from scripts.lake.reading import open_lake
from scripts.lake.synthetic import make_synthetic


@pytest.fixture(scope="session")
def lake_at_scale_one(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scale_one")
    make_synthetic(folder, scale=1, seed=42, threads=2, progress=Silent())
    return folder


@pytest.fixture(scope="session")
def market(lake_at_scale_one: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The tables of the lake at scale 1, and `sold`."""
    with open_lake(lake_at_scale_one) as connection:
        yield connection


@pytest.fixture(scope="session")
def query(market: duckdb.DuckDBPyConnection) -> Callable[[str], list[tuple]]:
    """Ask the lake at scale 1."""
    return lambda sql: market.execute(sql).fetchall()
