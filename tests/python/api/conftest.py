"""A serving file with every resource, and a client that asks it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.python.api import serving_files
from tests.python.api.server import Client, gateway


@pytest.fixture(scope="session")
def serving_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a serving file with every model."""
    file = tmp_path_factory.mktemp("serving") / "tickit.serving.duckdb"
    serving_files.make(file)
    return file


@pytest.fixture(scope="session")
def client(serving_file: Path) -> Client:
    """Ask a server that needs no key."""
    return Client(gateway(serving_file))
