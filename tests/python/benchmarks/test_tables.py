"""What open tables cost is measured on the built warehouse, which stays as it is."""

from __future__ import annotations

import pytest

from tests.python.tables.conftest import Shop, project, shop
from tests.python.tickit import Command

__all__ = ["project", "shop"]


def test_publishing_is_compared_with_writing_parquet(project: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    # Whether the limits are met, no table of 300 rows can say.
    assert Command("bench-tables")(["--rounds", "1"]) in (0, 1)
    said = capsys.readouterr().out
    assert "1 tables, 300 rows" in said
    assert "| publish a new month of the facts |" in said
    assert "times as much as writing the same Parquet (at most 1.3)" in said
    assert project.files("**/*") == set()
