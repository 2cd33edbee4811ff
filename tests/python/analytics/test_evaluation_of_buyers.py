"""What the evaluation of segments and recommendations says is true: its measures, and the generator's truth."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics import segments as method
from analytics.evaluation import recommendations, segments
from analytics.evaluation._true_buyers import true_buyers
from tests.python.conftest import Warehouse


@pytest.fixture
def true(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> pd.DataFrame:
    monkeypatch.setenv("TICKIT_LAKE", str(warehouse.lake))
    users = json.loads((warehouse.lake / "lake.json").read_text())["rows"]["user"]
    return true_buyers(users)


def test_groups_explain_all_nothing_or_half() -> None:
    values = np.array([1.0, 1.0, 3.0, 3.0])
    assert segments.explained(values, np.array([0, 0, 1, 1])) == 1
    assert segments.explained(values, np.array([0, 1, 0, 1])) == 0
    assert segments.explained(np.array([0.0, 2.0, 2.0, 4.0]), np.array([0, 0, 1, 1])) == 0.5
    assert segments.explained(np.ones(4), np.array([0, 0, 1, 1])) == 0


def test_prediction_is_of_buyers_who_were_not_seen() -> None:
    group = np.repeat([0, 1], 50)
    assert segments.predicted(group * 10.0, group) == 1
    # Noise, and as many groups as pairs of buyers: within the sample they would explain half.
    noise = np.random.default_rng(1).normal(size=100)
    assert segments.explained(noise, np.arange(100) // 2) > 0.3
    assert segments.predicted(noise, np.arange(100) // 2) < 0


def test_stable_groups_are_told_from_random_ones() -> None:
    buyers = pd.DataFrame({"amount_spent": np.arange(200.0)})
    random = np.random.default_rng(1)
    assert segments.stability(buyers, lambda some: (some.amount_spent > 50).to_numpy()) == 1
    assert segments.stability(buyers, lambda some: random.integers(0, 3, len(some))) == pytest.approx(0, abs=0.05)


def test_the_groupings_are_what_they_are_called() -> None:
    random = np.random.default_rng(1)
    buyers = pd.DataFrame(
        {
            "recency_days": random.integers(0, 300, 300),
            "purchase_count": random.integers(1, 40, 300),
            "amount_spent": random.lognormal(7, 1, 300),
        }
    )
    sizes = {name: len(set(group(buyers))) for name, group in segments.groupings(4).items()}
    assert sizes == {
        "k-means, 4 segments": 4,
        "k-means, 5 segments": 5,
        "thirds of money": 3,
        "quintiles of money": 5,
        "quintiles of the sum of scores": 5,
    }
    assert segments._parts(buyers.amount_spent, 5).tolist() == method.quintile_scores(buyers)["money_score"].tolist()


def test_true_buyers_are_those_who_buy_and_what_they_like(true: pd.DataFrame, warehouse: Warehouse) -> None:
    with warehouse.connect() as connection:
        bought = connection.sql(
            "select buyer_id, category_name, count(*) as n from tickit_sales.fct_sales group by all"
        ).df()
    assert set(bought.buyer_id) <= set(true.index)
    # 65 % of a category's orders go to users who love it, the rest to anybody (a quarter or so of them love it too).
    loved = bought.category_name == bought.buyer_id.map(true.category_name)
    assert bought.n[loved].sum() / bought.n.sum() == pytest.approx(0.65 + 0.35 * 0.27, abs=0.05)
    purchases = bought.groupby("buyer_id").n.sum().reindex(true.index).fillna(0)
    assert purchases.corr(true.chance) > 0.9
    by_taste = true.groupby("category_name").chance
    assert np.allclose(by_taste.sum() / (by_taste.size() / (len(true) / 8)), 1)


@pytest.mark.parametrize(
    "about", [None, {"source": "zip", "rows": {"user": 500}}, {"source": "synthetic", "rows": {"user": 7}}]
)
def test_there_is_no_truth_about_another_lake(
    about: dict[str, object] | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if about:
        (tmp_path / "lake.json").write_text(json.dumps(about))
    monkeypatch.setenv("TICKIT_LAKE", str(tmp_path))
    assert true_buyers(500) is None


@pytest.mark.parametrize("topic", [segments, recommendations])
def test_a_small_lake_has_a_report_and_a_picture(
    topic: object, true: pd.DataFrame, warehouse: Warehouse, tmp_path: Path
) -> None:
    image = tmp_path / "picture.png"
    with warehouse.connect() as connection:
        text = topic.report(connection, image)
    assert image.read_bytes().startswith(b"\x89PNG")
    assert "nan" not in text
    assert ("true chance" if topic is segments else "true taste") in text
