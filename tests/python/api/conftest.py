"""A serving file with every resource, and a client that asks it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scripts.serving.catalogue import Catalogue
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


@pytest.fixture(scope="session")
def of(ci_manifest: dict[str, Any], ci_env: dict[str, str]) -> Catalogue:
    """Read the catalogue of the parsed project."""
    return Catalogue.of_target_folder(Path(ci_env["DBT_TARGET_PATH"]))


@pytest.fixture(scope="session")
def file(of: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a serving file of the project's models, with rows made up."""
    path = tmp_path_factory.mktemp("project") / "tickit.serving.duckdb"
    serving_files.make(path, of=of, rows=60)
    return path
