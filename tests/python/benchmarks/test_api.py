"""The benchmark of the REST API measures what it says: a query that waits is seen, and one from the cache does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.console import Console

from benchmarks import api
from tests.python.api import serving_files


def test_the_cache_saves_the_wait_for_the_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "ENDPOINTS", {"venues": "/v1/venues?limit={limit}&venue_id_min={number}"})
    file = tmp_path / "tickit.serving.duckdb"
    serving_files.make(file, rows=20)
    options = api.Options(file, clients=(1, 4), seconds=1, latency=0.4)
    measured = api.measure(options, Console(quiet=True))
    assert [(each.is_cached, each.clients) for each in measured] == [(False, 1), (False, 4), (True, 1), (True, 4)]
    uncached, _, cached, _ = measured
    assert uncached.median >= 400
    assert cached.median < uncached.median / 2
    assert cached.answers > uncached.answers
    table = api.write(measured, options, tmp_path / "reports").read_text(encoding="utf-8").splitlines()
    assert len(table) == 4
    assert {line.count("|") for line in table} == {8}
    assert "venues | 4" in table[-1]
