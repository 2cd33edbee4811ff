"""How good the recommendations are: a temporal hold-out, in which the future is kept from the methods."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
from scipy.sparse import csr_matrix

from analytics.recommendations import BASELINES, LEARNT, SEED, TOP, Known, Market, Method, know, likes, popularity, rank

HOLD_OUT_DAYS = 28
"""A method is chosen by what was bought in the 28 days before the last 28, and measured on the last 28."""
MEASURED_USERS = 10_000
"""At most this many users of an audience, drawn by a fixed seed, are measured: time grows with users times events."""


def evaluate(market: Market, as_of: date) -> pd.DataFrame:
    """Measure every method on two hold-outs of 28 days before ``as_of``; return a row a hold-out, audience and method.

    The hold-out `choice`, the earlier one, chooses the method that learns; `test`, the later one, says how good it is.
    Audiences are `buyers`, who had bought before the hold-out began, and `new buyers`, who had not. Both bought in it
    an event that they had not bought before: who buys nothing says nothing about a method.
    """
    rows = []
    for hold_out, start in (
        ("choice", as_of - timedelta(days=2 * HOLD_OUT_DAYS)),
        ("test", as_of - timedelta(days=HOLD_OUT_DAYS)),
    ):
        known = know(market, start)
        users, truth = bought_next(market, known, start)
        had_bought = pd.Index(users).isin(known.users)
        for audience, those, methods in (
            ("buyers", had_bought, BASELINES | LEARNT),
            ("new buyers", ~had_bought, {"popularity": popularity, "likes": likes}),
        ):
            those = _sample(np.flatnonzero(those))
            measured = measure(known, users[those], truth[those], methods)
            rows.append(measured.assign(hold_out=hold_out, first_date=start, audience=audience))
    result = pd.concat(rows, ignore_index=True)
    return result.assign(is_chosen=result.method.isin([choose(result), "likes"]))


def _sample(places: np.ndarray) -> np.ndarray:
    """Return at most MEASURED_USERS of the places, in their order, drawn by a fixed seed."""
    if len(places) <= MEASURED_USERS:
        return places
    return np.sort(np.random.default_rng(SEED).choice(places, MEASURED_USERS, replace=False))


def choose(measured: pd.DataFrame) -> str:
    """Return the learnt method with the best precision on the hold-out `choice`; the first of them if all are equal."""
    eligible = measured[(measured.hold_out == "choice") & measured.method.isin(list(LEARNT))]
    return str(eligible.method.iloc[int(eligible.precision.fillna(0).to_numpy().argmax())])


def bought_next(market: Market, known: Known, start: date) -> tuple[np.ndarray, csr_matrix]:
    """Return who bought in the hold-out from ``start`` on (user_id, ascending), and which events, as zeros and ones.

    An event that the user had bought before does not count: nobody would recommend it.
    """
    first, end = np.datetime64(start), np.datetime64(start + timedelta(days=HOLD_OUT_DAYS))
    bought = market.purchases
    bought = bought[(bought.sold_date >= first) & (bought.sold_date < end)]
    bought = bought[bought.event_id.isin(known.events.event_id)]
    users, rows = np.unique(bought.user_id, return_inverse=True)
    columns = np.searchsorted(known.events.event_id, bought.event_id)
    truth = csr_matrix((np.ones(len(rows), "float32"), (rows, columns)), shape=(len(users), len(known.events)))
    truth.data[:] = 1
    old = np.flatnonzero(np.isin(users, known.users))
    row, column = known.bought[known.places(users[old])].nonzero()
    again = csr_matrix((np.ones(len(row), "float32"), (old[row], column)), shape=truth.shape)
    truth = truth - truth.multiply(again)
    truth.eliminate_zeros()
    some = np.flatnonzero(np.diff(truth.indptr))
    return users[some], truth[some]


def measure(known: Known, users: np.ndarray, truth: csr_matrix, methods: Mapping[str, Method]) -> pd.DataFrame:
    """Return for each method how many of ten recommended events these users bought; empty numbers without users.

    Precision is the share of recommended events that the user bought; the gain is the precision less popularity's, with
    the standard error of the mean over the users; coverage is the share of events on sale recommended to any of them.
    """
    rows = []
    hits = {}
    for method, fit in methods.items():
        found, recommended = [np.empty(0)], [np.empty(0, int)]
        if len(users):
            first = 0
            for batch, events, scores in rank(known, users, fit(known, users)):
                is_hit = np.take_along_axis(truth[first : first + len(batch)].toarray(), events, axis=1) > 0
                found.append((is_hit & np.isfinite(scores)).sum(axis=1))
                recommended.append(np.unique(events[np.isfinite(scores)]))
                first += len(batch)
        hits[method] = np.concatenate(found) / TOP
        gain = hits[method] - hits["popularity"]
        some = len(gain) > 0
        rows.append(
            {
                "method": method,
                "user_count": len(gain),
                "precision": hits[method].mean() if some else None,
                "gain": gain.mean() if some else None,
                "gain_standard_error": gain.std() / len(gain) ** 0.5 if some else None,
                "coverage": len(np.unique(np.concatenate(recommended))) / len(known.on_sale) if some else None,
            }
        )
    return pd.DataFrame(rows)


def to_table(measured: pd.DataFrame) -> pa.Table:
    """Return the rows with the types that the model declares."""
    schema = pa.schema(
        {
            "hold_out": pa.string(),
            "first_date": pa.date32(),
            "audience": pa.string(),
            "method": pa.string(),
            "is_chosen": pa.bool_(),
            "user_count": pa.int32(),
            "precision": pa.float64(),
            "gain": pa.float64(),
            "gain_standard_error": pa.float64(),
            "coverage": pa.float64(),
        }
    )
    return pa.Table.from_pandas(measured, schema=schema, preserve_index=False)
