"""How good the buyer segments are: against plain quintiles, against chance, and against what made the buyers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import altair as alt
import duckdb
import numpy as np
import pandas as pd
from sklearn.metrics import adjusted_rand_score

from analytics import segments
from analytics.evaluation._true_buyers import true_buyers
from analytics.evaluation.page import save_picture, table

TITLE = "Buyer segments"

HALF_YEAR = "2008-07-01"
REPEATS = 5
"""Draws of four fifths of the buyers, by which stability is measured."""


def report(connection: duckdb.DuckDBPyConnection, image: Path) -> str:
    """Draw the buyers by segment; return what the segments are, and how good."""
    buyers = connection.sql("from tickit_predictions.rpt_buyer_segments").df()
    buyers["amount_spent"] = buyers.amount_spent.astype(float)
    if buyers.empty:
        return "The lake has no buyers."
    save_picture(_picture(buyers), image)
    user_count = connection.sql("select count(*) from tickit_core.dim_users").fetchall()[0][0]
    return "\n\n".join(
        [
            "### The segments",
            _profiles(buyers),
            "### The number of segments",
            _silhouettes(buyers),
            "### Against plain quintiles",
            _comparison(connection, buyers, user_count),
        ]
    )


def _profiles(buyers: pd.DataFrame) -> str:
    """Return a table of the segments."""
    groups = buyers.groupby(["segment_rank", "segment_name"])
    rows = [
        (
            name,
            f"{len(group):,}",
            f"{len(group) / len(buyers):.1%}",
            f"{group.recency_days.median():.0f}",
            f"{group.purchase_count.median():.0f}",
            f"{group.amount_spent.median():,.0f}",
            f"{group.amount_spent.sum() / buyers.amount_spent.sum():.1%}",
        )
        for (_, name), group in groups
    ]
    header = ("Segment", "Buyers", "Of all", "Median days since", "Median purchases", "Median USD", "Of all money")
    return table(header, rows)


def _silhouettes(buyers: pd.DataFrame) -> str:
    """Return a table of the silhouette by number of segments."""
    scores = segments.silhouettes(segments.features(buyers))
    return table(
        ("", *(f"{count} segments" for count in scores)),
        [("Silhouette", *(f"{score:.3f}" for score in scores.values()))],
    )


def groupings(segment_count: int) -> dict[str, Callable[[pd.DataFrame], np.ndarray]]:
    """Return what is compared: a name, and what gives each buyer the number of a group."""

    def k_means(count: int) -> Callable[[pd.DataFrame], np.ndarray]:
        return lambda buyers: segments.cluster(segments.features(buyers), count)

    return {
        f"k-means, {segment_count} segments": k_means(segment_count),
        "k-means, 5 segments": k_means(5),
        "thirds of money": lambda buyers: _parts(buyers.amount_spent, 3),
        "quintiles of money": lambda buyers: segments.quintile_scores(buyers)["money_score"].to_numpy(),
        "quintiles of the sum of scores": lambda buyers: _parts(
            pd.DataFrame(segments.quintile_scores(buyers)).sum(axis=1), 5
        ),
    }


def _comparison(connection: duckdb.DuckDBPyConnection, buyers: pd.DataFrame, user_count: int) -> str:
    """Return a table of the groupings and what each explains."""
    first_half, later = _halves(connection)
    buyers = buyers.sort_values("user_id", ignore_index=True)
    true = true_buyers(user_count)
    rows = []
    for name, group in groupings(buyers.segment_rank.nunique()).items():
        labels = group(buyers)
        values = segments.features(buyers)
        rows.append(
            [
                name,
                f"{np.mean([explained(values[:, column], labels) for column in range(3)]):.1%}",
                f"{stability(buyers, group):.2f}",
                f"{predicted(np.log1p(later), group(first_half)):.1%}" if len(first_half) else "-",
            ]
        )
        if true is not None:
            chance = np.log(true.chance.reindex(buyers.user_id)).to_numpy()
            # Some orders go to the next buyer in line, as nobody buys from himself: hardly any is outside the group.
            known = np.isfinite(chance)
            rows[-1].append(f"{explained(chance[known], labels[known]):.1%}")
    header = ["Grouping", "Of recency, frequency, money", "Stability", "Of later spending"]
    return table(header + (["Of the true chance to buy"] if true is not None else []), rows)


def _halves(connection: duckdb.DuckDBPyConnection) -> tuple[pd.DataFrame, np.ndarray]:
    """Return the buyers of the first half of the year as they were then, and what each spent later, USD."""
    halves = connection.sql(
        f"""
        select
            buyer_id as user_id,
            cast(date_diff('day', max(sold_date) filter (sold_date < '{HALF_YEAR}'), date '{HALF_YEAR}') as integer)
                as recency_days,
            cast(count(*) filter (sold_date < '{HALF_YEAR}') as integer) as purchase_count,
            cast(sum(price_paid) filter (sold_date < '{HALF_YEAR}') as double) as amount_spent,
            cast(coalesce(sum(price_paid) filter (sold_date >= '{HALF_YEAR}'), 0) as double) as later
        from tickit_sales.fct_sales
        group by buyer_id
        having min(sold_date) < '{HALF_YEAR}'
        order by buyer_id
        """
    ).df()
    return halves.drop(columns="later"), halves.later.to_numpy()


def explained(values: np.ndarray, labels: np.ndarray) -> float:
    """Return the share of the variance that is between the groups, 0 to 1."""
    series = pd.Series(values)
    total = ((series - series.mean()) ** 2).sum()
    within = ((series - series.groupby(labels).transform("mean")) ** 2).sum()
    return float(1 - within / total) if total else 0.0


def predicted(values: np.ndarray, labels: np.ndarray) -> float:
    """Return the share of the variance that groups explain in one half of the buyers by their means in the other."""
    frame = pd.DataFrame({"value": values, "group": labels, "half": range(len(values))})
    frame["half"] %= 2
    means = frame.groupby(["half", "group"]).value.mean()
    other = [means.get((1 - half, group)) for half, group in zip(frame.half, frame.group, strict=True)]
    guess = pd.Series(other, dtype=float).fillna(frame.value.mean())
    total = ((frame.value - frame.value.mean()) ** 2).sum()
    return float(1 - ((frame.value - guess) ** 2).sum() / total) if total else 0.0


def stability(buyers: pd.DataFrame, group: Callable[[pd.DataFrame], np.ndarray]) -> float:
    """Return how alike the groups are if four fifths of the buyers are grouped alone: 1 is the same, 0 is chance.

    The mean adjusted Rand index over REPEATS draws.
    """
    whole = group(buyers)
    random = np.random.default_rng(segments.SEED)
    scores = []
    for _ in range(REPEATS):
        drawn = np.sort(random.choice(len(buyers), len(buyers) * 4 // 5, replace=False))
        scores.append(adjusted_rand_score(whole[drawn], group(buyers.iloc[drawn].reset_index(drop=True))))
    return float(np.mean(scores))


def _parts(values: pd.Series, count: int) -> np.ndarray:
    """Return which of ``count`` parts of equal size each value is in, 1 to ``count``; equal values are in the same."""
    return np.ceil(count * values.rank(pct=True, method="average").to_numpy()).astype("int32")


def _picture(buyers: pd.DataFrame) -> alt.TopLevelMixin:
    """Draw a sample of the buyers by recency and money, and the share of buyers and money by segment."""
    names = buyers.sort_values("segment_rank").segment_name.unique().tolist()
    colour = alt.Color("segment_name:N", title="Segment", sort=names, scale=alt.Scale(scheme="tableau10"))
    sample = buyers.sort_values("user_id")
    sample = sample.sample(min(len(sample), 2_500), random_state=segments.SEED)
    points = (
        alt.Chart(sample, title=alt.Title("Buyers", subtitle="one point a buyer, at most 2,500 of them"))
        .mark_circle(size=14, opacity=0.5)
        .encode(
            alt.X("recency_days:Q", title="Days since the last purchase"),
            alt.Y("amount_spent:Q", title="Spent, USD", scale=alt.Scale(type="log"), axis=alt.Axis(format="~s")),
            colour,
        )
        .properties(width=420, height=300)
    )
    totals = buyers.groupby(["segment_rank", "segment_name"]).agg(
        **{"of buyers": ("user_id", "size"), "of money": ("amount_spent", "sum")}
    )
    shares = (totals / totals.sum()).reset_index().melt(totals.index.names, var_name="what", value_name="share")
    bars = (
        alt.Chart(shares, title="Shares")
        .mark_bar()
        .encode(
            alt.X("what:N", title=None, axis=alt.Axis(labelAngle=0)),
            alt.Y("share:Q", title=None, stack="zero", axis=alt.Axis(format="%")),
            colour,
            alt.Order("segment_rank:Q", sort="descending"),
        )
        .properties(width=140, height=300)
    )
    return points | bars
