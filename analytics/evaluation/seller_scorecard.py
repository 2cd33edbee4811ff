"""Whether the scorecard foretells the second half of the year, and whether it finds skill that was planted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import altair as alt
import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.stats import spearmanr
from statsmodels.stats.meta_analysis import combine_effects

from analytics import seller_scorecard
from analytics.evaluation._lake import is_synthetic
from analytics.evaluation.page import save_picture, table
from scripts.core.sql import literal

Floats = NDArray[np.float64]

TITLE = "Seller scorecard"

LISTINGS, ROWS = "tickit_sales.fct_listings", "tickit_predictions.rpt_seller_scorecard"
SKILLS = (0.0, 2.0, 5.0)
"""Standard deviations of the skill that is planted, percentage points of sell-through."""
SEED = 2008
GRADES = ("above the market", "with the market", "below the market", "too few listings")

# Listings that sell out or sell nothing: with a chance that rises with how their event sold, plus the seller's skill.
_PLANTED = f"""
    select
        listings.* replace (if(lots.lot < 0.1 + 0.6 * market + skills.skill, ticket_count, 0) as quantity_sold),
    from (
        select *, avg(quantity_sold / ticket_count) over (partition by event_id) as market from {LISTINGS}
    ) as listings
    inner join skills using (seller_id)
    inner join lots using (listing_id)
"""


def report(connection: duckdb.DuckDBPyConnection, image: Path) -> str:
    """Draw raw differences beside scores; return the tables of grades, of the forecast and of the planted skill."""
    fact = connection.table(LISTINGS)
    sellers = connection.execute(f"select * from {ROWS} order by seller_id").to_arrow_table()
    _draw(sellers.to_pylist(), image)
    forecast, middle = _forecast(fact)
    return "\n\n".join(
        [
            _spread(fact),
            _grades(sellers.to_pylist()),
            f"What the events before {middle:%-d %B} say of how the same sellers' listings for the later events differ"
            " from the market. The error is the root of the mean squared error over listings, percentage points; a rank"
            " correlation of 1 would foretell the order of the sellers.",
            forecast,
            "Skill that was planted: outcomes of the lake's own listings drawn again, with a skill for each seller that"
            " is known. Errors are over sellers, percentage points.",
            _planted_skills(connection),
        ]
    )


def _spread(fact: duckdb.DuckDBPyRelation) -> str:
    """Return in words how much sellers differ, by the model and by statsmodels' random-effects meta-analysis."""
    raw, counts, variance = _differences(fact)
    scores = seller_scorecard.shrink(raw, counts, variance)
    meta = combine_effects(raw, variance / counts, method_re="iterated")
    return (
        f"{len(raw):,} sellers can be compared. Their raw differences to the market have a standard deviation of"
        f" {100 * np.std(raw):.1f} points; the model believes in {100 * scores.spread:.2f} points between sellers."
        f" The random-effects meta-analysis of statsmodels (Paule and Mandel), given the same numbers, says"
        f" {100 * max(meta.tau2, 0) ** 0.5:.2f}, and its test that all are alike has p ="
        f" {meta.test_homogeneity().pvalue:.2f}."
        + (" The generator's truth is 0: its sellers differ in what they list, not in skill." if is_synthetic() else "")
    )


def _differences(fact: duckdb.DuckDBPyRelation) -> tuple[Floats, Floats, float]:
    """Return mean difference and listings of the sellers that can be compared, and the variance of a listing."""
    sellers = seller_scorecard.aggregate(fact)
    counts = sellers["compared_listing_count"].to_numpy().astype(float)
    has = counts > 0
    sums, squares = (sellers[name].to_numpy()[has] for name in ("difference", "difference_squared"))
    return sums / counts[has], counts[has], seller_scorecard.variance_of_a_listing(counts[has], sums, squares)


def _grades(sellers: list[dict[str, Any]]) -> str:
    """Return how many sellers have each grade."""
    rows = [[grade, f"{sum(seller['grade'] == grade for seller in sellers):,}"] for grade in GRADES]
    return table(["Grade", "Sellers"], rows)


def _forecast(fact: duckdb.DuckDBPyRelation) -> tuple[str, Any]:
    """Return the table of how each way foretells the second half of the events, and the time that divides them."""
    (middle,) = fact.aggregate("median(event_starts_at)").fetchall()[0]
    halves = []
    for side in ("<", ">="):
        half = fact.filter(f"event_starts_at {side} timestamp {literal(middle)}")
        halves.append({row["seller_id"]: row for row in seller_scorecard.scorecard(half).to_pylist()})
    first, second = halves
    both = [
        seller
        for seller in first.keys() & second.keys()
        if first[seller]["compared_listing_count"] and second[seller]["compared_listing_count"]
    ]
    both.sort()

    def column(half: dict[int, dict[str, Any]], name: str) -> Floats:
        return np.array([half[seller][name] for seller in both], dtype=float)

    outcome, weights = column(second, "difference_points"), column(second, "compared_listing_count")
    sell_through, tickets = column(first, "sell_through_percent"), column(first, "ticket_count")
    foretold = {
        "raw sell-through, less the mean (baseline)": sell_through - np.average(sell_through, weights=tickets),
        "raw difference to the market": column(first, "difference_points"),
        "all sellers alike": np.zeros(len(both)),
        "**the score**": column(first, "score_points"),
    }
    rows = []
    for name, values in foretold.items():
        error = np.sqrt(np.average((values - outcome) ** 2, weights=weights))
        rank = f"{spearmanr(values, outcome).statistic:+.3f}" if np.ptp(values) > 0 else "none"
        rows.append([name, f"{error:.3f}", rank])
    return table([f"Foretold by ({len(both):,} sellers)", "Error", "Rank correlation"], rows), middle


def _planted_skills(connection: duckdb.DuckDBPyConnection) -> str:
    """Return how well skills of several spreads are found again."""
    ids = connection.execute(f"select distinct seller_id from {LISTINGS} order by 1").fetchnumpy()["seller_id"]
    numbers = connection.execute(f"select listing_id from {LISTINGS} order by 1").fetchnumpy()["listing_id"]
    draw = np.random.default_rng(SEED)
    standard, lots = np.clip(draw.normal(size=len(ids)), -2, 2), draw.random(len(numbers))
    connection.register("lots", pa.table({"listing_id": numbers, "lot": lots}))
    rows = []
    for spread in SKILLS:
        connection.register("skills", pa.table({"seller_id": ids, "skill": standard * spread / 100}))
        planted = connection.sql(_PLANTED)
        found = seller_scorecard.scorecard(planted)
        raw, score, low, high = (
            found[name].to_numpy(zero_copy_only=False).astype(float)
            for name in ("difference_points", "score_points", "score_low", "score_high")
        )
        skill = (standard * spread)[np.searchsorted(ids, found["seller_id"].to_numpy())]
        known = ~np.isnan(raw)
        grades = np.array(found["grade"].to_pylist())
        graded = np.isin(grades, ("above the market", "below the market"))
        right = np.where(grades == "above the market", skill > 0, skill < 0)[graded]
        rows.append(
            [
                f"{spread:.0f} points",
                *(
                    f"{np.sqrt(np.mean((values - skill)[known] ** 2)):.2f}"
                    for values in (raw, np.zeros_like(raw), score)
                ),
                f"{np.mean((low < skill) & (skill < high)):.1%}",
                f"{graded.sum():,}",
                f"{right.mean():.0%}" if graded.any() else "none",
            ]
        )
    connection.unregister("skills")
    connection.unregister("lots")
    header = [
        "Skill planted",
        "Error, raw",
        "Error, all alike",
        "Error, score",
        "95 % intervals that cover",
        "Above or below",
        "Of those right",
    ]
    return table(header, rows)


def _draw(sellers: list[dict[str, Any]], image: Path) -> None:
    """Draw each seller's raw difference and its score by the number of its listings."""
    titles = {"difference_points": "raw difference to the market", "score_points": "score"}
    rows = [
        {"listings": seller["compared_listing_count"], "kind": title, "points": seller[name]}
        for seller in sellers
        for name, title in titles.items()
        if seller[name] is not None
    ]
    chart = (
        alt.Chart(alt.Data(values=rows))
        .mark_circle(size=14, opacity=0.35)
        .encode(
            x=alt.X("listings:Q", title="listings compared", scale=alt.Scale(type="log", nice=False)),
            y=alt.Y("points:Q", title="points of sell-through against the market"),
            color=alt.Color(
                "kind:N",
                title=None,
                scale=alt.Scale(domain=list(titles.values()), range=["#ced4da", "#4c6ef5"]),
                legend=alt.Legend(orient="bottom", symbolOpacity=1),
            ),
        )
        .properties(
            width=700,
            height=300,
            title=alt.TitleParams(
                "Sellers against the market", subtitle="A point is a seller: grey as it looks, blue as it is believed"
            ),
        )
    )
    save_picture(chart, image)
