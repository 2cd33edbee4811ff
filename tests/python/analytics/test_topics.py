"""The topics' figures: on a small market of their own, with truth and without."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics import anomalies
from analytics.evaluation import _lake
from analytics.evaluation import anomalies as topic


@pytest.mark.parametrize(
    ("manifest", "synthetic"), [('{"source": "synthetic"}', True), ('{"source": "originals"}', False)]
)
def test_truth_holds_for_a_synthetic_lake_alone(
    manifest: str, synthetic: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TICKIT_LAKE", str(tmp_path))
    assert not _lake.is_synthetic()
    (tmp_path / "lake.json").write_text(manifest)
    assert _lake.is_synthetic() == synthetic


def test_injected_days_are_found_the_better_the_larger_they_are() -> None:
    days = pd.date_range("2008-01-01", periods=200)
    sales = pd.DataFrame({"all": np.random.default_rng(5).poisson(100, 200).astype(float)}, index=days)
    calendar = pd.DataFrame({"calendar_date": days, "is_holiday": False})
    none = anomalies.anomalies(pd.DataFrame(columns=["sold_date", "category_name", "sale_count"]), calendar)
    lines = topic._injected(sales, none, calendar).splitlines()
    recall = [int(line.split("|")[4].strip(" %")) for line in lines if line.startswith("| x")]
    assert recall[0] == recall[-1] == 100
    assert recall[2] < recall[1] and recall[3] < recall[4]
