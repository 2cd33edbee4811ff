"""The small project, built once, and a copy of it for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.python.watch import tiny


def _environment(patch: pytest.MonkeyPatch, folder: Path) -> None:
    for name in ("DBT_TARGET", "DBT_TARGET_PATH", "DBT_LOG_PATH", "TICKIT_LAKE", "TICKIT_WAREHOUSE"):
        patch.delenv(name, raising=False)
    patch.setenv("DBT_PROFILES_DIR", "profiles")
    patch.chdir(folder)


@pytest.fixture(scope="package")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny")
    tiny.make(folder)
    with pytest.MonkeyPatch.context() as patch:
        _environment(patch, folder)
        assert tiny.build()
    return folder


@pytest.fixture
def project(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Work in a copy of the built project."""
    tiny.copy(built, tmp_path)
    _environment(monkeypatch, tmp_path)
    yield tmp_path
