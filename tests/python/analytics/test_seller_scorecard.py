"""The scorecard against numbers worked out by hand, and against sellers whose skill was simulated."""

from __future__ import annotations

from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from statsmodels.stats.meta_analysis import combine_effects

from analytics import seller_scorecard

COLUMNS = {
    "listing_id": "integer",
    "seller_id": "integer",
    "event_id": "integer",
    "ticket_count": "integer",
    "quantity_sold": "integer",
    "price_per_ticket": "decimal(8, 2)",
    "revenue": "decimal(18, 2)",
    "days_to_first_sale": "integer",
    "event_starts_at": "timestamp",
    "last_sold_at": "timestamp",
}
OVER, COMING = "2008-06-01", "2008-09-01"


def scorecard(*listings: tuple[int, int, int, int, float], event_starts_at: str = OVER) -> dict[int, dict[str, Any]]:
    """Return the rows by seller, for listings of (seller, event, tickets, sold, price)."""
    connection = duckdb.connect()
    connection.execute(f"create table listings ({', '.join(f'{name} {kind}' for name, kind in COLUMNS.items())})")
    names = ("seller_id", "event_id", "ticket_count", "quantity_sold", "price")
    incoming = pa.table([pa.array(values) for values in zip(*listings, strict=True)] or [[]] * 5, names=names)
    connection.register("incoming", incoming)
    connection.execute(
        "insert into listings select row_number() over (), seller_id, event_id, ticket_count, quantity_sold, price,"
        " price * quantity_sold, if(quantity_sold > 0, 2, null), $1, $2 from incoming",
        [event_starts_at, OVER],
    )
    return {row["seller_id"]: row for row in seller_scorecard.scorecard(connection.table("listings")).to_pylist()}


def market(skills: np.ndarray, listings: np.ndarray, seed: int) -> dict[int, dict[str, Any]]:
    """Return the rows of sellers with so many listings each, that sell out with chance 0.4 plus the seller's skill."""
    draw = np.random.default_rng(seed)
    sellers = np.repeat(np.arange(len(skills)), listings)
    events = draw.integers(0, len(sellers) // 20 + 1, len(sellers))
    sold = draw.random(len(sellers)) < 0.4 + skills[sellers]
    return scorecard(
        *(
            (int(seller), int(event), 2, 2 * int(out), 100.0)
            for seller, event, out in zip(sellers, events, sold, strict=True)
        )
    )


def test_sums_and_differences_to_the_others_of_the_event() -> None:
    rows = scorecard(
        # Event 1: seller 1 sells half of each of two listings; sellers 2 and 3 sell all and nothing.
        (1, 1, 4, 2, 110.0), (1, 1, 2, 1, 110.0), (2, 1, 2, 2, 100.0), (3, 1, 2, 0, 100.0),
        # Event 2 is seller 2's alone: it counts, but there is nobody to compare it with.
        (2, 2, 4, 0, 50.0),
    )  # fmt: skip
    one, two, three = (rows[seller] for seller in (1, 2, 3))
    assert [one[name] for name in ("listing_count", "ticket_count", "quantity_sold")] == [2, 6, 3]
    assert (one["revenue"], one["sell_through_percent"], one["median_days_to_first_sale"]) == (330, 50, 2)
    # Others sell (1 + 0) / 2; of seller 2 (0.5 + 0.5 + 0) / 3; of seller 3 (0.5 + 0.5 + 1) / 3.
    assert one["difference_points"] == 0
    assert two["difference_points"] == pytest.approx(100 * (1 - 1 / 3), abs=1e-3)
    assert three["difference_points"] == pytest.approx(-100 * 2 / 3, abs=1e-3)
    assert (two["listing_count"], two["compared_listing_count"]) == (2, 1)
    assert one["price_ratio"] == pytest.approx(1.1)
    assert two["price_ratio"] == pytest.approx((1 / 1.1) ** (2 / 3), abs=1e-4)
    assert three["median_days_to_first_sale"] is None
    assert {row["grade"] for row in rows.values()} == {"too few listings"}


def test_an_event_still_to_come_is_not_compared() -> None:
    rows = scorecard((1, 1, 2, 2, 100.0), (2, 1, 2, 0, 100.0), (3, 1, 2, 0, 100.0), event_starts_at=COMING)
    assert all(row["compared_listing_count"] == 0 and row["difference_points"] is None for row in rows.values())
    assert all(row["score_points"] is None and row["seller_rank"] is None for row in rows.values())


def test_no_listings_give_no_rows() -> None:
    assert scorecard() == {}


def test_sellers_without_a_difference_get_a_score_of_zero() -> None:
    rows = scorecard(*((seller, event, 2, 1, 100.0) for seller in range(4) for event in range(6)))
    assert all(row["score_points"] == pytest.approx(0, abs=1e-3) for row in rows.values())
    assert {row["grade"] for row in rows.values()} == {"with the market"}


def test_a_seller_with_nothing_to_compare_is_believed_to_be_like_all() -> None:
    skills = np.random.default_rng(5).normal(0, 0.1, 50)
    scores = seller_scorecard.shrink(np.append(skills, 0), np.append(np.full(50, 100.0), 0), 0.2)
    assert scores.means[-1] == pytest.approx(skills.mean(), abs=0.02)
    assert scores.own_weights[-1] == 0
    # Its interval is that of a seller drawn at random.
    assert scores.highs[-1] - scores.means[-1] == pytest.approx(1.96 * scores.spread, rel=0.2)


def test_the_spread_is_that_of_the_meta_analysis_of_statsmodels() -> None:
    draw = np.random.default_rng(6)
    counts = draw.integers(5, 200, 400).astype(float)
    raw = draw.normal(0, 0.08, 400) + draw.normal(0, np.sqrt(0.2 / counts))
    theirs = combine_effects(raw, 0.2 / counts, method_re="iterated").tau2 ** 0.5
    assert seller_scorecard.shrink(raw, counts, 0.2).spread == pytest.approx(theirs, rel=0.05)


def test_planted_skill_is_recovered_better_than_by_the_raw_difference() -> None:
    draw = np.random.default_rng(7)
    skills = draw.normal(0, 0.08, 300)
    counts = draw.integers(1, 120, 300)
    rows = market(skills, counts, seed=8)
    listed = np.array(sorted(rows))
    skill = 100 * skills[listed]
    raw, score, low, high = (
        np.array([rows[seller][name] for seller in listed], dtype=float)
        for name in ("difference_points", "score_points", "score_low", "score_high")
    )
    assert np.mean((score - skill) ** 2) < 0.5 * np.mean((raw - skill) ** 2)
    # 300 intervals of 95 %: fewer than 270 that cover are one in 10,000.
    assert np.sum((low < skill) & (skill < high)) >= 270
    grades = {seller: rows[seller]["grade"] for seller in listed}
    above = [skills[seller] for seller, grade in grades.items() if grade == "above the market"]
    assert len(above) > 10
    assert np.mean(np.array(above) > 0) > 0.9


def test_luck_alone_makes_nobody_good() -> None:
    rows = market(np.zeros(300), np.random.default_rng(9).integers(5, 120, 300), seed=10)
    assert sum(row["grade"] != "with the market" for row in rows.values()) <= 3
    assert max(abs(row["difference_points"]) for row in rows.values()) > 15


def test_ranks_are_one_to_n_by_score() -> None:
    rows = market(np.linspace(-0.2, 0.2, 40), np.full(40, 30), seed=11).values()
    by_rank = sorted(rows, key=lambda row: row["seller_rank"])
    assert [row["seller_rank"] for row in by_rank] == list(range(1, 41))
    scores = [row["score_points"] for row in by_rank]
    assert scores == sorted(scores, reverse=True)
