"""The regression against statsmodels' own where they coincide, and against a truth that was simulated."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from analytics import censored_poisson
from analytics.censored_poisson import NoEstimateError

TRUTH = np.array([-1.4, 0.6])


def market(seed: int, events: int, sizes: tuple[int, int] = (2, 30)) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return orders, regressors and events; popular events are dearer."""
    draw = np.random.default_rng(seed)
    groups = np.repeat(np.arange(events), draw.integers(*sizes, events))
    popularity = draw.normal(0, 0.8, events)[groups]
    regressors = np.column_stack([draw.normal(0, 0.35, len(groups)) + popularity, draw.normal(0, 0.5, len(groups))])
    rate = np.exp(-0.2 + 2 * popularity + regressors @ TRUTH)
    return draw.poisson(rate).astype(float), regressors, groups


def cut_off(orders: np.ndarray, at: int) -> tuple[np.ndarray, np.ndarray]:
    return np.minimum(orders, at), orders >= at


def test_it_is_poisson_regression_with_dummies_when_nothing_is_cut_off() -> None:
    orders, regressors, events = market(1, events=25)
    nothing = np.zeros(len(orders), dtype=bool)
    ours = censored_poisson._maximise(orders, regressors, nothing, events)
    kept = censored_poisson.informative(orders, nothing, events)
    dummies = (events[kept, None] == np.unique(events[kept])).astype(float)
    theirs = sm.GLM(orders[kept], np.hstack([regressors[kept], dummies]), family=sm.families.Poisson()).fit(
        cov_type="cluster", cov_kwds={"groups": events[kept], "use_correction": False}
    )
    np.testing.assert_allclose(ours.estimates, theirs.params[:2], rtol=1e-6)
    # Ours are corrected for the number of clusters, by a factor near one.
    clusters, rows = dummies.shape[1], len(dummies)
    correction = np.sqrt(clusters / (clusters - 1) * (rows - 1) / (rows - 2))
    np.testing.assert_allclose(ours.standard_errors, theirs.bse[:2] * correction, rtol=2e-3)


def test_it_recovers_the_truth_that_selling_out_hides() -> None:
    orders, regressors, events = market(2, events=800)
    seen, is_cut_off = cut_off(orders, at=2)
    assert 0.2 < is_cut_off.mean() < 0.6
    fit = censored_poisson.fit(seen, regressors, is_cut_off, events)
    assert np.abs(fit.estimates - TRUTH).max() < 3.5 * fit.standard_errors.max()
    naive = censored_poisson.fit(seen, regressors, np.zeros(len(seen), dtype=bool), events)
    assert naive.estimates[0] > TRUTH[0] + 0.3


def test_its_intervals_cover_the_truth_as_often_as_they_say() -> None:
    covered = []
    for seed in range(40):
        orders, regressors, events = market(100 + seed, events=150)
        seen, is_cut_off = cut_off(orders, at=3)
        fit = censored_poisson.fit(seen, regressors, is_cut_off, events)
        covered.append(np.abs(fit.estimates - TRUTH) < 1.96 * fit.standard_errors)
    # 80 intervals of 95 %: fewer than 68 that cover are one in 10,000.
    assert np.sum(covered) >= 68


def test_the_jackknife_takes_off_what_many_small_groups_add() -> None:
    orders, regressors, events = market(3, events=2500, sizes=(14, 18))
    seen, is_cut_off = cut_off(orders, at=2)
    whole = censored_poisson._maximise(seen, regressors, is_cut_off, events)
    fit = censored_poisson.fit(seen, regressors, is_cut_off, events)
    assert abs(fit.estimates[0] - TRUTH[0]) < abs(whole.estimates[0] - TRUTH[0]) / 2


def test_groups_that_tell_nothing_are_left_out() -> None:
    counts = np.array([0, 0, 1, 1, 2, 0, 3.0])
    is_cut_off = np.array([False, False, True, True, True, False, False])
    groups = np.array([0, 0, 1, 1, 2, 2, 3])
    assert censored_poisson.informative(counts, is_cut_off, groups).tolist() == [False] * 4 + [True] * 2 + [False]


@pytest.mark.parametrize("case", ["no rows", "nothing sold", "all sold out", "one price", "separated"])
def test_what_cannot_be_estimated_says_so(case: str) -> None:
    orders, regressors, events = market(4, events=40)
    is_cut_off = np.zeros(len(orders), dtype=bool)
    match case:
        case "no rows":
            orders, regressors, is_cut_off, events = orders[:0], regressors[:0], is_cut_off[:0], events[:0]
        case "nothing sold":
            orders = orders * 0
        case "all sold out":
            orders, is_cut_off = orders + 1, ~is_cut_off
        case "one price":
            regressors[:, 0] = events
        case "separated":
            # Whatever is cheaper than the event's mean sells out, and nothing else sells.
            mean = np.bincount(events, regressors[:, 0]) / np.bincount(events)
            is_cut_off = regressors[:, 0] < mean[events]
            orders = is_cut_off.astype(float)
    with pytest.raises(NoEstimateError):
        censored_poisson.fit(orders, regressors, is_cut_off, events)
