"""Event recommendations: for each user the ten events, of those on sale, that the user will most likely buy.

Every method gives two tables of factors, of users and of events, and the score of an event for a user is their inner
product. The learnt ones are implicit's ALS (Hu, Koren and Volinsky 2008) and BPR (Rendle et al. 2009) on who bought
what; the baselines know what sells, and what sells in which category. Users without a purchase are scored by what users
with the same likes buy.

Time is respected: what is recommended on a day is made from what was sold and listed before that day. One thread, fixed
seeds and rows in the order of their keys give the same result each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

import numpy as np
import pandas as pd
import pyarrow as pa
from duckdb import DuckDBPyRelation
from implicit.als import AlternatingLeastSquares
from implicit.bpr import BayesianPersonalizedRanking
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from analytics.threads import use_one_thread

TOP = 10
"""Events recommended to a user."""
SCORES_AT_ONCE = 4_000_000
"""Scores that are held at one time, four bytes each: what bounds memory, however many users there are."""
SEED = 42


@dataclass(frozen=True)
class Market:
    """All that happened, each table as pandas has it; days are numpy's datetime64."""

    purchases: pd.DataFrame
    """One row a buyer, event and day: user_id, event_id, sold_date, purchase_count, ticket_count."""
    listings: pd.DataFrame
    """One row an event and day: event_id, listed_date, ticket_count put on sale."""
    events: pd.DataFrame
    """One row an event: event_id, event_date, category_name."""
    likes: pd.DataFrame
    """One row a user: user_id, likes (genres with a comma between, in order; empty if none)."""


@dataclass(frozen=True)
class Known:
    """What is known of a market on the morning of a day."""

    users: np.ndarray
    """user_id of all who bought before, ascending: the rows of ``bought``."""
    events: pd.DataFrame
    """All events, ascending by event_id: the columns of ``bought``."""
    bought: csr_matrix
    """How often which user bought which event; shape (users, events)."""
    on_sale: np.ndarray
    """Places in ``events`` of those ahead that have tickets left."""
    likes: pd.Series
    """Likes by user_id, of all users; see Market."""

    def places(self, users: np.ndarray) -> np.ndarray:
        """Return the rows of ``bought`` of these users, who must have bought something."""
        return np.searchsorted(self.users, users)

    def answers(self, users: np.ndarray) -> np.ndarray:
        """Return the likes of these users; empty for a user who is not known."""
        return self.likes.reindex(users).fillna("").to_numpy(object)


@dataclass(frozen=True)
class Factors:
    """Two tables of factors; the score of an event for a user is the inner product of their rows."""

    users: np.ndarray
    events: np.ndarray


def market_of(
    sales: DuckDBPyRelation,
    listings: DuckDBPyRelation,
    events: DuckDBPyRelation,
    users: DuckDBPyRelation,
    likes: DuckDBPyRelation,
) -> Market:
    """Narrow fct_sales, fct_listings, dim_events, dim_users and a row a user and liked genre; DuckDB adds them up."""
    answers = likes.aggregate("user_id, string_agg(genre, ',' order by genre) as likes", "user_id").set_alias("answers")
    everybody = users.select("user_id").set_alias("everybody")
    return Market(
        purchases=sales.aggregate(
            "buyer_id as user_id, event_id, sold_date, cast(count(*) as integer) as purchase_count, "
            "cast(sum(quantity_sold) as integer) as ticket_count",
            "buyer_id, event_id, sold_date",
        ).df(),
        listings=listings.select("event_id, cast(listed_at as date) as listed_date, ticket_count")
        .aggregate("event_id, listed_date, cast(sum(ticket_count) as integer) as ticket_count", "event_id, listed_date")
        .df(),
        events=events.select("event_id, event_date, category_name").df(),
        likes=everybody.join(answers, "everybody.user_id = answers.user_id", how="left")
        .select("everybody.user_id, coalesce(answers.likes, '') as likes")
        .df(),
    )


def know(market: Market, day: date) -> Known:
    """Return what is known on the morning of ``day``."""
    now = np.datetime64(day)
    events = market.events.sort_values("event_id", ignore_index=True)
    events["category_name"] = events.category_name.fillna("unknown").astype("category")
    purchases = market.purchases[
        (market.purchases.sold_date < now) & market.purchases.event_id.isin(events.event_id)
    ].sort_values(["user_id", "event_id", "sold_date"])
    users, rows = np.unique(purchases.user_id, return_inverse=True)
    columns = np.searchsorted(events.event_id, purchases.event_id)
    shape = (len(users), len(events))
    bought = csr_matrix((purchases.purchase_count.to_numpy("float32"), (rows, columns)), shape=shape)

    listed = market.listings[market.listings.listed_date < now].groupby("event_id").ticket_count.sum()
    sold = np.bincount(columns, weights=purchases.ticket_count, minlength=len(events))
    left = events.event_id.map(listed).fillna(0).to_numpy() - sold
    on_sale = np.flatnonzero((events.event_date >= now).to_numpy() & (left > 0))
    return Known(users, events, bought, on_sale, market.likes.set_index("user_id").likes.sort_index())


# --- The methods: each returns the factors of these users and of all events


def popularity(known: Known, users: np.ndarray) -> Factors:
    """Score an event by how often it was bought: the same ten for everybody."""
    return Factors(np.ones((len(users), 1), "float32"), _popularity(known)[:, None])


def category_popularity(known: Known, users: np.ndarray) -> Factors:
    """Score an event by how often it was bought, times how much more the user buys of its category than all users do.

    The chances of a user's categories are smoothed by one purchase that is spread as all users' are.
    """
    bought = (known.bought @ _categories(known))[known.places(users)]
    usual = _category_shares(known)
    chances = (bought + usual) / (bought.sum(axis=1, keepdims=True) + 1)
    return Factors((chances / np.maximum(usual, 1e-9)).astype("float32"), popularity_by_category(known))


def likes(known: Known, users: np.ndarray) -> Factors:
    """Score an event by how often it was bought, times how much more users with the same likes buy of its category.

    What they buy is learnt from the buyers by multinomial logistic regression, each buyer with the same weight. For a
    user who likes nothing the factor is 1.
    """
    use_one_thread()
    usual = _category_shares(known)
    lift = np.ones((len(users), len(usual)), "float32")
    genres = sorted({genre for answer in known.likes.unique() for genre in answer.split(",") if genre})
    bought = known.bought @ _categories(known)
    row, category = np.nonzero(bought)
    answers = known.answers(users)
    if genres and len(users) and len(np.unique(category)) > 1:
        weight = (bought / np.maximum(bought.sum(axis=1, keepdims=True), 1))[row, category]
        learnt_from = _indicators(known.answers(known.users), genres)[row]
        model = LogisticRegression(max_iter=1_000).fit(learnt_from, category, sample_weight=weight)
        fair = np.bincount(category, weights=weight, minlength=len(usual)) / weight.sum()
        lift[:, model.classes_] = model.predict_proba(_indicators(answers, genres)) / fair[model.classes_]
        lift[answers == ""] = 1
    return Factors(lift, popularity_by_category(known))


def als(known: Known, users: np.ndarray, factors: int, alpha: float) -> Factors:
    """Learn by alternating least squares; ``alpha`` is how much a purchase weighs against none."""
    use_one_thread()
    model = AlternatingLeastSquares(factors, regularization=0.1, alpha=alpha, random_state=SEED, num_threads=1)
    model.fit(known.bought, show_progress=False)
    return Factors(model.user_factors[known.places(users)], model.item_factors)


def bpr(known: Known, users: np.ndarray, factors: int) -> Factors:
    """Learn by Bayesian personalised ranking."""
    use_one_thread()
    model = BayesianPersonalizedRanking(factors, random_state=SEED, num_threads=1)
    model.fit(known.bought, show_progress=False)
    return Factors(model.user_factors[known.places(users)], model.item_factors)


Method = Callable[[Known, "np.ndarray"], Factors]

LEARNT: dict[str, Method] = {
    "als, 4 factors, alpha 1": partial(als, factors=4, alpha=1.0),
    "als, 4 factors, alpha 20": partial(als, factors=4, alpha=20.0),
    "als, 8 factors, alpha 20": partial(als, factors=8, alpha=20.0),
    "bpr, 8 factors": partial(bpr, factors=8),
}
"""For users who bought before: one of these is chosen by hold-out."""
BASELINES: dict[str, Method] = {"popularity": popularity, "category popularity": category_popularity}


# --- Ranking


def rank(known: Known, users: np.ndarray, factors: Factors) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Rank the events on sale for these users, of whom ``factors.users`` has a row each, in batches.

    Yield users (user_id), events (places in ``known.events``; shape users x top) and scores (of the same shape, best
    first; -inf where the user has bought the event already, which is no recommendation).
    """
    use_one_thread()
    offers = known.on_sale
    top = min(TOP, len(offers))
    if not top:
        return
    sold = known.bought[:, offers]
    batch = max(1, SCORES_AT_ONCE // len(offers))
    for first in range(0, len(users), batch):
        here = users[first : first + batch]
        scores = factors.users[first : first + batch] @ factors.events[offers].T
        buyers = np.flatnonzero(np.isin(here, known.users))
        row, column = sold[known.places(here[buyers])].nonzero()
        scores[buyers[row], column] = -np.inf
        best = np.sort(np.argpartition(-scores, top - 1, axis=1)[:, :top], axis=1)
        best_scores = np.take_along_axis(scores, best, axis=1)
        order = np.argsort(-best_scores, axis=1, kind="stable")
        yield here, offers[np.take_along_axis(best, order, axis=1)], np.take_along_axis(best_scores, order, axis=1)


def recommend(market: Market, as_of: date, learnt: str) -> pa.RecordBatchReader:
    """Recommend up to ten events to every user, on the morning of ``as_of``; the rows come in batches.

    Who bought before is scored by ``learnt`` (a key of LEARNT), the others by their likes. Columns: user_id,
    recommendation_rank (1 is the best), event_id, score (comparable within a user only), basis (`purchases`, `likes` or
    `popularity`, which is all there is for a user who neither bought nor likes anything), as_of_date.
    """
    schema = pa.schema(
        {
            "user_id": pa.int32(),
            "recommendation_rank": pa.int32(),
            "event_id": pa.int32(),
            "score": pa.float64(),
            "basis": pa.string(),
            "as_of_date": pa.date32(),
        }
    )

    def batches() -> Iterator[pa.RecordBatch]:
        known = know(market, as_of)
        others = np.setdiff1d(known.likes.index.to_numpy(), known.users)
        silent = known.answers(others) == ""
        for basis, users, method in (
            ("purchases", known.users, LEARNT[learnt]),
            ("likes", others[~silent], likes),
            ("popularity", others[silent], popularity),
        ):
            if not len(users):
                continue
            for batch, events, scores in rank(known, users, method(known, users)):
                row, column = np.nonzero(np.isfinite(scores))
                columns = [
                    batch[row],
                    column + 1,
                    known.events.event_id.to_numpy()[events[row, column]],
                    scores[row, column],
                    pa.repeat(basis, len(row)),
                    pa.repeat(as_of, len(row)),
                ]
                arrays = [pa.array(values).cast(kind) for values, kind in zip(columns, schema.types, strict=True)]
                yield pa.record_batch(arrays, schema=schema)

    return pa.RecordBatchReader.from_batches(schema, batches())


# --- What the methods count


def _popularity(known: Known) -> np.ndarray:
    """Return how often each event was bought."""
    return np.asarray(known.bought.sum(axis=0), "float32").ravel()


def _categories(known: Known) -> np.ndarray:
    """Return which category each event is of, as zeros and ones; shape (events, categories)."""
    names = known.events.category_name.cat
    return np.eye(len(names.categories), dtype="float32")[names.codes]


def _category_shares(known: Known) -> np.ndarray:
    """Return the share of each category in all purchases."""
    bought = _popularity(known) @ _categories(known)
    return bought / np.maximum(bought.sum(), 1)


def popularity_by_category(known: Known) -> np.ndarray:
    """Return how often each event was bought, in the column of its category; shape (events, categories)."""
    return _categories(known) * _popularity(known)[:, None]


def _indicators(answers: np.ndarray, genres: list[str]) -> np.ndarray:
    """Return who likes what, as zeros and ones; shape (answers, genres)."""
    liked = [set(answer.split(",")) for answer in answers]
    return np.array([[genre in given for genre in genres] for given in liked], "float32").reshape(-1, len(genres))
