"""How each seller does against the other sellers of the same events.

A listing's sell-through is compared with the mean of the others' for its event, so nobody is praised for a popular
event. A seller's mean difference is shrunk towards the mean of all by how little it says: a hierarchical normal model
whose spread between sellers is integrated over a grid (Gelman and others, Bayesian Data Analysis, 3rd edition, section
5.4). Empirical Bayes would take one spread for known, and be far too sure when that one is next to nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.special import logsumexp

Floats = NDArray[np.float64]

LEAST_LISTINGS = 5
"""A seller with fewer listings that can be compared gets a score, but no grade."""
LEAST_SELLERS = 3
"""With fewer sellers, nothing is known of how they differ, and there is no score."""

_QUANTILE = 1.959964  # of the normal distribution, for 95 %
_DIGITS = 4
_LEAST_VARIANCE = 1e-6  # of sell-through; none at all would make every difference certain
_NAME = "seller_scorecard_listings"  # of the view that DuckDB makes of the relation while the query is put together

# One row is a seller. Sums over an event and a seller first, because the others' mean is the event's sum less those.
# Listings are compared when their event is over: when the last ticket of all was sold.
_SELLERS = f"""
    with
        listings as (
            select
                *,
                coalesce(event_starts_at <= (select max(last_sold_at) from {_NAME}), false) as is_over,
                quantity_sold / ticket_count as sell_through,
                ln(cast(price_per_ticket as double)) as log_price,
            from {_NAME}
        ),
        seller_events as (
            select
                seller_id,
                event_id,
                count(*) as listing_count,
                sum(sell_through) as sold,
                sum(sell_through * sell_through) as sold_squared,
                sum(log_price) as log_price,
            from listings
            where is_over
            group by all
        ),
        others as (
            select
                *,
                sum(listing_count) over event - listing_count as other_count,
                (sum(sold) over event - sold) / nullif(other_count, 0) as market,
                (sum(log_price) over event - log_price) / nullif(other_count, 0) as market_log_price,
            from seller_events
            window event as (partition by event_id)
        ),
        compared as (
            select
                seller_id,
                sum(listing_count) as compared_listing_count,
                sum(sold - listing_count * market) as difference,
                sum(sold_squared - 2 * market * sold + listing_count * market * market) as difference_squared,
                exp(sum(log_price - listing_count * market_log_price) / sum(listing_count)) as price_ratio,
            from others
            where other_count > 0
            group by seller_id
        ),
        sellers as (
            select
                seller_id,
                cast(count(*) as integer) as listing_count,
                cast(sum(ticket_count) as integer) as ticket_count,
                cast(sum(quantity_sold) as integer) as quantity_sold,
                cast(sum(revenue) as decimal(18, 2)) as revenue,
                round(100 * sum(quantity_sold) / sum(ticket_count), {_DIGITS}) as sell_through_percent,
                median(days_to_first_sale) as median_days_to_first_sale,
            from listings
            group by seller_id
        )
    select
        sellers.*,
        cast(coalesce(compared_listing_count, 0) as integer) as compared_listing_count,
        coalesce(difference, 0.0) as difference,
        coalesce(difference_squared, 0.0) as difference_squared,
        round(price_ratio, {_DIGITS}) as price_ratio,
    from sellers
    left join compared using (seller_id)
    order by seller_id
"""


@dataclass(frozen=True)
class Scores:
    """What is to be believed of each seller: its mean, a 95 % interval, and the weight that its own record has."""

    means: Floats
    lows: Floats
    highs: Floats
    own_weights: Floats
    spread: float
    """Standard deviation between sellers, posterior mean."""


def scorecard(listings: duckdb.DuckDBPyRelation) -> pa.Table:
    """Return rpt_seller_scorecard from fct_listings."""
    sellers = aggregate(listings)
    counts = sellers["compared_listing_count"].to_numpy().astype(float)
    sums, squares = sellers["difference"].to_numpy(), sellers["difference_squared"].to_numpy()
    raw = np.divide(sums, counts, out=np.full(len(counts), np.nan), where=counts > 0)
    scores = None
    if (counts > 0).sum() >= LEAST_SELLERS:
        scores = shrink(np.nan_to_num(raw), counts, variance_of_a_listing(counts, sums, squares))
    columns = {
        "difference_points": _points(raw),
        **{name: _points(getattr(scores, part) if scores else np.full(len(counts), np.nan)) for name, part in _SCORES},
    }
    columns["seller_rank"] = _ranks(columns["score_points"], sellers["seller_id"].to_numpy())
    columns["grade"] = _grades(columns["score_low"], columns["score_high"], counts)
    table = sellers.drop_columns(["difference", "difference_squared"])
    for name, values in columns.items():
        array = values if isinstance(values, pa.Array) else pa.array(values)
        table = table.append_column(
            name, pc.if_else(pc.is_nan(array), None, array) if array.type == "double" else array
        )
    return table


_SCORES = (
    ("score_points", "means"),
    ("score_low", "lows"),
    ("score_high", "highs"),
    ("own_weight_percent", "own_weights"),
)


def aggregate(listings: duckdb.DuckDBPyRelation) -> pa.Table:
    """Add the listings up to one row a seller, with the sum of the differences to the market and of their squares."""
    return listings.query(_NAME, _SELLERS).to_arrow_table()


def variance_of_a_listing(counts: Floats, sums: Floats, squares: Floats) -> float:
    """Return how much listings of one seller vary: the pooled variance around the sellers' means."""
    has = counts > 0
    within = float((squares[has] - sums[has] ** 2 / counts[has]).sum())
    freedom = float((counts[has] - 1).sum())
    if freedom <= 0:  # a listing each: then take all that varies for chance
        within, freedom = float(((sums[has] - sums[has].mean()) ** 2).sum()), float(has.sum() - 1)
    return float(np.maximum(within / freedom, _LEAST_VARIANCE))


def shrink(raw: Floats, counts: Floats, variance: float) -> Scores:
    """Return what to believe of means ``raw`` of ``counts`` values, each with this variance around its seller's own.

    Sellers' true means are normal around an unknown mean with an unknown spread, both with a flat prior; the mean is
    integrated out by formula and the spread over a grid. A count of 0 is a seller of whom nothing is known.
    """
    # A grid that is fine near zero finds where the spread can be; another divides that.
    coarse = np.linspace(0, 1, 201) ** 2
    likelihoods = np.array([_log_likelihood(spread, raw, counts, variance) for spread in coarse])
    likely = np.flatnonzero(likelihoods > likelihoods.max() - 12)
    fine = np.linspace(coarse[max(likely[0] - 1, 0)], coarse[min(likely[-1] + 1, len(coarse) - 1)], 101)
    likelihoods = np.array([_log_likelihood(spread, raw, counts, variance) for spread in fine])
    chances = np.exp(likelihoods - logsumexp(likelihoods))

    means, squares, weights = (np.zeros(len(raw)) for _ in range(3))
    for spread, chance in zip(fine, chances, strict=True):
        centre, centre_variance = _centre(spread, raw, counts, variance)
        own = spread**2 * counts / (spread**2 * counts + variance)
        mean = centre + own * (raw - centre)
        own_variance = spread**2 * variance / (spread**2 * counts + variance) + (1 - own) ** 2 * centre_variance
        means += chance * mean
        squares += chance * (own_variance + mean**2)
        weights += chance * own
    deviations = np.sqrt(np.maximum(squares - means**2, 0))
    return Scores(
        means,
        means - _QUANTILE * deviations,
        means + _QUANTILE * deviations,
        weights,
        float(chances @ fine),
    )


def _centre(spread: float, raw: Floats, counts: Floats, variance: float) -> tuple[float, float]:
    """Return the mean of all sellers and its variance, given their spread."""
    has = counts > 0
    precisions = 1 / (spread**2 + variance / counts[has])
    return float((precisions * raw[has]).sum() / precisions.sum()), float(1 / precisions.sum())


def _log_likelihood(spread: float, raw: Floats, counts: Floats, variance: float) -> float:
    """Return the logarithm of the marginal likelihood of the spread, but for a constant."""
    has = counts > 0
    centre, centre_variance = _centre(spread, raw, counts, variance)
    variances = spread**2 + variance / counts[has]
    errors = (raw[has] - centre) ** 2 / variances
    return float(0.5 * np.log(centre_variance) - 0.5 * (np.log(variances) + errors).sum())


def _points(shares: Floats) -> Floats:
    """Return shares as percentage points, rounded, because the last digits depend on the order of a sum."""
    return (100 * shares).round(_DIGITS)


def _ranks(scores: Floats, seller_ids: NDArray[np.int64]) -> pa.Array:
    """Return the places by score, the best first; the smaller id first among equals, and no place without a score."""
    ranks = np.empty(len(scores), dtype=np.int32)
    ranks[np.lexsort((seller_ids, -scores))] = np.arange(1, len(scores) + 1)
    return pa.array(ranks, mask=np.isnan(scores))


def _grades(lows: Floats, highs: Floats, counts: Floats) -> np.ndarray:
    """Return each seller's grade: its interval against the market, which is at zero."""
    enough = (counts >= LEAST_LISTINGS) & ~np.isnan(lows)
    conditions = [~enough, lows > 0, highs < 0]
    return np.select(
        conditions, ["too few listings", "above the market", "below the market"], "with the market"
    ).tolist()
