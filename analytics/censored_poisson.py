"""Poisson regression of counts that a limit may have cut off, with an effect of its own for every group.

The likelihood is Terza's censored Poisson (Economics Letters 18, 1985): a count that was cut off at k says only that
it would have been k or more. The effect of each group (here: an event) is concentrated out, that is solved for at every
value of the coefficients, so thousands of groups need no dummy variable. statsmodels' GenericLikelihoodModel does the
rest: Newton's method and standard errors clustered by group.

With effects for many small groups, a non-linear model's coefficients are off by something like 1 / (size of the group).
`fit` takes that off with the half-panel jackknife (Dhaene and Jochmans, Review of Economic Studies 82, 2015): twice the
estimate from all rows less the mean of those from the two halves of every group.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammainc, gammaln
from statsmodels.base.model import GenericLikelihoodModel

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Groups = NDArray[np.int64]

_MOST_INNER_STEPS = 100
_INNER_TOLERANCE = 1e-9


class NoEstimateError(ValueError):
    """The data do not say what the coefficients are, for the reason in the message."""


@dataclass(frozen=True)
class Fit:
    """Coefficients with standard errors, one per column of the regressors, and what they come from."""

    estimates: Floats
    standard_errors: Floats
    row_count: int
    group_count: int


def informative(counts: Floats, is_cut_off: Flags, groups: Groups) -> Flags:
    """Return which rows are in a group that can tell something: some counts, and not all of them cut off.

    In the other groups the likelihood is highest at an effect of minus or plus infinity, whatever the coefficients.
    A group of one row says nothing about differences within groups.
    """
    rows = np.bincount(groups)
    tells = (rows > 1) & (np.bincount(groups, counts) > 0) & (np.bincount(groups, is_cut_off) < rows)
    return tells[groups]


def fit(counts: Floats, regressors: Floats, is_cut_off: Flags, groups: Groups) -> Fit:
    """Fit the logarithm of the expected count on the regressors, by group; raise NoEstimateError if that is impossible.

    Rows of a group are halved in their order: every second one is in the second half.
    """
    whole = _maximise(counts, regressors, is_cut_off, groups)
    second = _position_in_group(groups) % 2 == 1
    halves = [
        _maximise(*(part[half] for part in (counts, regressors, is_cut_off, groups))) for half in (~second, second)
    ]
    estimates = 2 * whole.estimates - (halves[0].estimates + halves[1].estimates) / 2
    return Fit(estimates, whole.standard_errors, whole.row_count, whole.group_count)


def _maximise(counts: Floats, regressors: Floats, is_cut_off: Flags, groups: Groups) -> Fit:
    """Fit by maximum likelihood, without the jackknife."""
    if not len(counts):
        raise NoEstimateError("there are no rows")
    kept = informative(counts, is_cut_off, groups)
    if not kept.any():
        raise NoEstimateError("no group has some counts and one that is not cut off")
    groups = np.unique(groups[kept], return_inverse=True)[1]
    regressors = regressors[kept]
    within = regressors - np.column_stack([_mean_by_group(column, groups) for column in regressors.T])
    if np.linalg.matrix_rank(within) < within.shape[1]:
        raise NoEstimateError("a regressor does not vary within the groups")
    model = _GroupedCensoredPoisson(counts[kept], regressors, is_cut_off=is_cut_off[kept], groups=groups)
    with warnings.catch_warnings():
        # Of its degrees of freedom, which it counts without the groups; failure is found below.
        warnings.simplefilter("ignore")
        try:
            result = model.fit(
                start_params=np.zeros(regressors.shape[1]),
                method="newton",
                disp=False,
                cov_type="cluster",
                cov_kwds={"groups": groups},
            )
        except np.linalg.LinAlgError as error:
            raise NoEstimateError(f"the likelihood has no single maximum ({error})") from error
    estimates, errors = np.asarray(result.params), np.asarray(result.bse)
    if not (result.mle_retvals["converged"] and np.isfinite(estimates).all() and (errors > 0).all()):
        raise NoEstimateError("the likelihood has no maximum that can be reached")
    return Fit(estimates, errors, len(groups), int(groups.max()) + 1)


class _GroupedCensoredPoisson(GenericLikelihoodModel):  # type: ignore[misc]  # statsmodels has no types
    """The likelihood, with its first and second derivatives, at the best effect of every group."""

    def __init__(self, counts: Floats, regressors: Floats, *, is_cut_off: Flags, groups: Groups) -> None:
        super().__init__(counts, regressors)
        self.is_cut_off, self.groups = is_cut_off, groups
        self._constants = gammaln(counts + 1)
        self._effects: Floats | None = None
        self._last: tuple[bytes, tuple[Floats, Floats, Floats]] | None = None

    def loglikeobs(self, params: Floats) -> Floats:
        return self._at(params)[0]

    def loglike(self, params: Floats) -> float:
        return float(self.loglikeobs(params).sum())

    def score_obs(self, params: Floats) -> Floats:
        _, slope, bend = self._at(params)
        return slope[:, None] * self._centred(bend)

    def score(self, params: Floats) -> Floats:
        slope: Floats = self.score_obs(params).sum(axis=0)
        return slope

    def hessian(self, params: Floats) -> Floats:
        _, _, bend = self._at(params)
        centred = self._centred(bend)
        return -(centred * bend[:, None]).T @ centred

    def _centred(self, weights: Floats) -> Floats:
        """Return the regressors less their weighted mean in the group: what is left when its effect adapts."""
        exog: Floats = self.exog
        return exog - np.column_stack([_mean_by_group(column, self.groups, weights) for column in exog.T])

    def _at(self, params: Floats) -> tuple[Floats, Floats, Floats]:
        """Return each row's log likelihood and its derivatives by the log rate, at the best effects of the groups."""
        # Newton's method asks for all three at the same place.
        place = params.tobytes()
        if self._last is not None and self._last[0] == place:
            return self._last[1]
        linear = self.exog @ params
        if self._effects is None:
            # Where they would be if nothing were cut off.
            self._effects = np.log(np.bincount(self.groups, self.endog) / np.bincount(self.groups, np.exp(linear)))
        for _ in range(_MOST_INNER_STEPS):
            rows = self._rows(linear + self._effects[self.groups])
            _, slope, bend = rows
            step = np.clip(np.bincount(self.groups, slope) / np.bincount(self.groups, bend), -1, 1)
            if np.abs(step).max() < _INNER_TOLERANCE:
                break
            self._effects = self._effects + step
        self._last = (place, rows)
        return rows

    def _rows(self, log_rate: Floats) -> tuple[Floats, Floats, Floats]:
        """Return each row's log likelihood and its first and minus its second derivative by the log rate."""
        rate = np.exp(log_rate)
        likelihood, slope, bend = self.endog * log_rate - rate - self._constants, self.endog - rate, rate.copy()
        # The chance of as many or more; the floor keeps a rate that is next to nothing finite.
        cut = self.is_cut_off
        least, rate, log_rate = self.endog[cut], rate[cut], log_rate[cut]
        likelihood[cut] = np.log(np.maximum(gammainc(least, rate), 1e-300))
        ratio = np.exp(least * log_rate - rate - self._constants[cut] + np.log(least) - likelihood[cut])
        slope[cut], bend[cut] = ratio, np.maximum(ratio * (ratio + rate - least), 1e-12)
        return likelihood, slope, bend


def _mean_by_group(values: Floats, groups: Groups, weights: Floats | None = None) -> Floats:
    """Return for each row the (weighted) mean of its group."""
    weights = np.ones_like(values) if weights is None else weights
    return (np.bincount(groups, weights * values) / np.bincount(groups, weights))[groups]


def _position_in_group(groups: Groups) -> NDArray[np.int64]:
    """Return for each row how many rows of its group stand before it."""
    order = np.argsort(groups, kind="stable")
    position = np.empty(len(groups), dtype=np.int64)
    position[order] = np.arange(len(groups)) - np.searchsorted(groups[order], groups[order])
    return position
