"""Buyer segments find groups that are there, and depend on nothing but the buyers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analytics import segments


def _buyers(rows: int = 900) -> pd.DataFrame:
    """Make three groups: many purchases lately, some a while ago, one long ago."""
    random = np.random.default_rng(7)
    group = np.arange(rows) % 3
    count = np.array([30, 6, 1])[group]
    return pd.DataFrame(
        {
            "user_id": np.arange(rows) + 1,
            "recency_days": np.array([5, 70, 200])[group] + random.integers(0, 10, rows),
            "purchase_count": count,
            "amount_spent": np.round(count * random.lognormal(5, 0.2, rows), 2),
        }
    )


@pytest.fixture(scope="module")
def buyers() -> pd.DataFrame:
    return _buyers()


@pytest.fixture(scope="module")
def segmented(buyers: pd.DataFrame) -> pd.DataFrame:
    return segments.segment_buyers(buyers)


def test_groups_that_are_there_are_found_and_named(segmented: pd.DataFrame) -> None:
    expected = ["recent, frequent", "cooling, regular", "lapsed, rare"]
    assert segmented.segment_name.tolist() == expected * 300
    assert segmented.segment_rank.tolist() == [1, 2, 3] * 300


def test_the_order_of_the_rows_changes_nothing(buyers: pd.DataFrame, segmented: pd.DataFrame) -> None:
    shuffled = buyers.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(segments.segment_buyers(shuffled), segmented)


def test_few_more_buyers_leave_the_others_where_they_were(buyers: pd.DataFrame, segmented: pd.DataFrame) -> None:
    fewer = segments.segment_buyers(buyers.iloc[:-90])
    assert fewer.segment_name.tolist() == segmented.segment_name.tolist()[:-90]


def test_a_sample_is_clustered_where_there_are_many(buyers: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segments, "FIT_BUYERS", 100)
    monkeypatch.setattr(segments, "SILHOUETTE_BUYERS", 50)
    assert segments.segment_buyers(buyers).segment_rank.tolist() == [1, 2, 3] * 300


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5, 12])
def test_few_buyers_are_no_error(buyers: pd.DataFrame, count: int) -> None:
    table = segments.to_table(segments.segment_buyers(buyers.head(count)))
    assert table.num_rows == count
    assert table["segment_name"].null_count == 0


def test_equal_buyers_are_one_segment(buyers: pd.DataFrame) -> None:
    equal = buyers.assign(recency_days=3, purchase_count=2, amount_spent=10.0)
    result = segments.segment_buyers(equal)
    assert result.segment_rank.unique().tolist() == [1]
    assert result.money_score.unique().tolist() == [3]


def test_a_purchase_for_nothing_is_no_error(buyers: pd.DataFrame) -> None:
    free = buyers.assign(amount_spent=buyers.amount_spent.where(buyers.user_id != 3, 0.0))
    assert len(segments.segment_buyers(free)) == len(buyers)


def test_segments_that_share_a_name_say_who_spends_more() -> None:
    buyers = _buyers(90)
    labels = np.where(buyers.purchase_count == 30, np.arange(90) // 3 % 2, 2)
    buyers["amount_spent"] *= 1 + 9 * (labels == 1)
    ranks, names = segments.describe(buyers, labels)
    assert set(zip(labels, ranks, names, strict=True)) == {
        (1, 1, "recent, frequent, spending 1"),
        (0, 2, "recent, frequent, spending 2"),
        (2, 3, "lapsed, regular"),
    }


def test_quintile_scores_are_fifths_and_equals_share_one() -> None:
    buyers = pd.DataFrame(
        {
            "recency_days": [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
            "purchase_count": [1] * 6 + [2, 3, 4, 5],
            "amount_spent": [10.0 * n for n in range(1, 11)],
        }
    )
    scores = segments.quintile_scores(buyers)
    assert scores["recency_score"].tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert scores["frequency_score"].tolist() == [2] * 6 + [4, 4, 5, 5]
    assert scores["money_score"].tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
