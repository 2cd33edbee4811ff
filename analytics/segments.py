"""Buyer segments: recency, frequency and money (RFM), grouped by k-means and named by what the groups are.

Method: MacQueen's k-means as scikit-learn has it (Lloyd's algorithm, k-means++ starts) on standardised features; the
number of segments by the mean silhouette (Rousseeuw 1987). Fixed seeds, one thread, and rows in the order of their
user, so that the same buyers give the same segments whatever the order they come in.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
from duckdb import DuckDBPyRelation
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score
from sklearn.preprocessing import StandardScaler

from analytics.threads import use_one_thread

SEGMENT_COUNTS = range(3, 9)
"""Numbers of segments to choose from. Two would be a median split, which needs no method."""
FIT_BUYERS = 50_000
"""At most this many buyers, drawn by a fixed seed, are clustered; the others join the nearest centre."""
SILHOUETTE_BUYERS = 3_000
"""At most this many are compared pair by pair: the silhouette's cost grows with their square."""
SEED = 42

RECENCY_WORDS = ("recent", "cooling", "lapsed")
FREQUENCY_WORDS = ("rare", "regular", "frequent")
"""What the segment's median is among all buyers: in the first, second or third third."""


def recency_frequency_money(buyers: DuckDBPyRelation) -> pd.DataFrame:
    """Narrow users with last_bought_at, purchase_count and amount_spent to what segment_buyers() takes.

    Recency counts from the last purchase of them all, so that it says the same however old the data is.
    """
    days = "date_diff('day', last_bought_at, max(last_bought_at) over ())"
    return buyers.select(f"user_id, cast({days} as integer) as recency_days, purchase_count, amount_spent").df()


def segment_buyers(buyers: pd.DataFrame) -> pd.DataFrame:
    """Give every buyer a segment and, to compare, the plain quintile scores.

    ``buyers`` has one row a buyer: user_id, recency_days (since the last purchase), purchase_count (1 or more),
    amount_spent (USD). The result has these columns in the order of user_id, the scores (1 to 5), segment_rank
    (1 is the segment with the highest median amount) and segment_name.
    """
    buyers = buyers.sort_values("user_id", ignore_index=True)
    values = features(buyers)
    labels = cluster(values, choose_segment_count(silhouettes(values)))
    ranks, names = describe(buyers, labels)
    return buyers.assign(**quintile_scores(buyers), segment_rank=ranks, segment_name=names)


def features(buyers: pd.DataFrame) -> np.ndarray:
    """Return recency, log frequency and log money, each with mean 0 and standard deviation 1; shape (buyers, 3).

    Frequency and money are skewed over two orders of magnitude: without the logarithm a handful of buyers would be a
    segment each.
    """
    if buyers.empty:
        return np.empty((0, 3))
    # A purchase for nothing, should there be one, counts as a cent.
    amount = buyers.amount_spent.clip(lower=0.01)
    raw = np.column_stack([buyers.recency_days, np.log(buyers.purchase_count), np.log(amount)])
    return StandardScaler().fit_transform(raw)


def silhouettes(values: np.ndarray) -> dict[int, float]:
    """Return the mean silhouette (-1 to 1, more is better) by number of segments; empty for too few buyers."""
    sample = _sample(len(values), SILHOUETTE_BUYERS)
    different = len(np.unique(values[sample], axis=0))
    scores = {}
    for count in SEGMENT_COUNTS:
        if count < different:
            labels = cluster(values, count)[sample]
            scores[count] = float(silhouette_score(values[sample], labels))
    return scores


def choose_segment_count(scores: dict[int, float]) -> int:
    """Return the number of segments with the best silhouette, the smaller of two equals; 1 if there is no choice."""
    return max(sorted(scores), key=lambda count: scores[count], default=1)


def cluster(values: np.ndarray, segment_count: int, seed: int = SEED) -> np.ndarray:
    """Return the number of each buyer's cluster, 0 to ``segment_count`` - 1, in no meaningful order."""
    if segment_count == 1:
        return np.zeros(len(values), dtype=int)
    use_one_thread()
    model = KMeans(segment_count, n_init=10, random_state=seed).fit(values[_sample(len(values), FIT_BUYERS)])
    return model.predict(values)


def describe(buyers: pd.DataFrame, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return rank and name of each buyer's segment.

    A name says in which third of all buyers the segment's median recency and frequency are; of segments that share
    one, each adds its place by median amount.
    """
    if buyers.empty:
        return labels, labels.astype(str)
    medians = buyers.groupby(labels)[["recency_days", "purchase_count", "amount_spent"]].median()
    medians = medians.sort_values(["amount_spent", "purchase_count", "recency_days"], ascending=[False, False, True])
    medians["rank"] = range(1, len(medians) + 1)
    medians["name"] = [
        f"{_word(RECENCY_WORDS, recency, buyers.recency_days)}, {_word(FREQUENCY_WORDS, count, buyers.purchase_count)}"
        for recency, count in zip(medians.recency_days, medians.purchase_count, strict=True)
    ]
    shared = medians.name.duplicated(keep=False)
    place = medians.groupby("name").cumcount() + 1
    medians.loc[shared, "name"] += ", spending " + place[shared].astype(str)
    return medians["rank"].loc[labels].to_numpy(), medians.name.loc[labels].to_numpy()


def quintile_scores(buyers: pd.DataFrame) -> dict[str, pd.Series]:
    """Return the plain scores of RFM, 1 to 5: 5 is the fifth of the buyers that is the most recent, frequent, generous.

    Equal values get equal scores, so the fifths are of unequal size where many are equal.
    """
    better = {"recency": -buyers.recency_days, "frequency": buyers.purchase_count, "money": buyers.amount_spent}
    return {
        f"{name}_score": (5 * value.rank(pct=True, method="average")).apply(np.ceil).astype("int32")
        for name, value in better.items()
    }


def to_table(segmented: pd.DataFrame) -> pa.Table:
    """Return the rows with the types that the model declares."""
    schema = pa.schema(
        {
            "user_id": pa.int32(),
            "recency_days": pa.int32(),
            "purchase_count": pa.int32(),
            "amount_spent": pa.decimal128(18, 2),
            "recency_score": pa.int32(),
            "frequency_score": pa.int32(),
            "money_score": pa.int32(),
            "segment_rank": pa.int32(),
            "segment_name": pa.string(),
        }
    )
    return pa.table(
        {name: pa.array(segmented[name]).cast(kind) for name, kind in zip(schema.names, schema.types, strict=True)}
    )


def _sample(rows: int, most: int) -> np.ndarray:
    """Return the places of at most ``most`` rows, drawn by a fixed seed."""
    if rows <= most:
        return np.arange(rows)
    return np.sort(np.random.default_rng(SEED).choice(rows, most, replace=False))


def _word(words: tuple[str, str, str], value: float, of: pd.Series) -> str:
    """Return the first, second or third word if ``value`` is in the lowest, middle or highest third of ``of``.

    A value that many share counts at the middle of its equals.
    """
    below = ((of < value).mean() + (of <= value).mean()) / 2
    return words[min(int(3 * below), 2)]
