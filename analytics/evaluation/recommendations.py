"""How good the recommendations are: on the hold-out, on what was bought after their day, against the true tastes."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import altair as alt
import duckdb
import numpy as np
import pandas as pd

from analytics.evaluation._true_buyers import true_buyers
from analytics.evaluation.page import save_picture, table
from analytics.hold_out import HOLD_OUT_DAYS, bought_next, measure
from analytics.recommendations import (
    BASELINES,
    LEARNT,
    Factors,
    Known,
    Market,
    Method,
    know,
    likes,
    market_of,
    popularity,
    popularity_by_category,
)
from scripts.lake.synthetic import truth

TITLE = "Event recommendations"

_PURCHASES = (("1 purchase", 1, 1), ("2 to 4", 2, 4), ("5 to 9", 5, 9), ("10 or more", 10, 10**9))


def report(connection: duckdb.DuckDBPyConnection, image: Path) -> str:
    """Draw precision and coverage by method; return how good the methods are."""
    measured = connection.sql("from tickit_predictions.rpt_event_recommendations_evaluation").df()
    test = measured[(measured.hold_out == "test") & (measured.audience == "buyers")]
    chosen = test.method[test.is_chosen].iloc[0]
    save_picture(_picture(test), image)
    blocks = [
        f"### On the hold-out: {HOLD_OUT_DAYS} days from {test.first_date.iloc[0]:%Y-%m-%d}",
        *(_measures(measured, audience) for audience in ("buyers", "new buyers")),
    ]
    row = connection.sql("select max(as_of_date) from tickit_predictions.rpt_event_recommendations").fetchall()[0]
    if row[0] is None:
        return "\n\n".join([*blocks, "No event is on sale on the as-of date, so nothing is recommended."])
    market = market_of(
        sales=connection.table("tickit_sales.fct_sales"),
        listings=connection.table("tickit_sales.fct_listings"),
        events=connection.table("tickit_core.dim_events"),
        users=connection.table("tickit_core.dim_users"),
        likes=connection.sql("from tickit_intermediate.int_likes_unpivoted_from_users"),
    )
    true = true_buyers(len(market.likes))
    blocks += [
        f"### After the as-of date: {HOLD_OUT_DAYS} days from {row[0]}",
        _afterwards(market, row[0], chosen, true),
    ]
    if true is not None:
        blocks += ["### The true favourite category", _tastes(connection, true)]
    return "\n\n".join(blocks)


def _measures(measured: pd.DataFrame, audience: str) -> str:
    """Return a table of the methods' measures for an audience: precision of the choice too, the rest of the test."""
    rows = measured[measured.audience == audience]
    choice = rows[rows.hold_out == "choice"].set_index("method").precision.dropna()
    return table(
        (f"For {audience}", "Precision@10 (choice)", "Precision@10 (test)", "Gain over popularity", "Coverage (test)"),
        [
            (f"**{row.method}**" if row.is_chosen else row.method, f"{choice.get(row.method, 0.0):.2%}", *_cells(row))
            for row in rows[rows.hold_out == "test"].itertuples()
        ],
    )


def _cells(row: Any) -> tuple[str, str, str]:  # a row of measure()
    """Return precision, gain with its standard error, and coverage; dashes if there was no user to measure."""
    if not row.user_count:
        return "-", "-", "-"
    gain = f"{100 * row.gain:+.2f} ± {100 * row.gain_standard_error:.2f}" if row.method != "popularity" else "-"
    return f"{row.precision:.2%}", gain, f"{row.coverage:.1%}"


def _afterwards(market: Market, as_of: date, chosen: str, true: pd.DataFrame | None) -> str:
    """Return a table of what the users bought after the as-of date, of what they were recommended on it."""
    known = know(market, as_of)
    users, bought = bought_next(market, known, as_of)
    old = pd.Index(users).isin(known.users)
    oracle: dict[str, Method] = {} if true is None else {"true taste": partial(true_taste, true=true)}
    rows = []
    for audience, those, methods in (
        ("buyers", old, BASELINES | {chosen: LEARNT[chosen]} | oracle),
        ("new buyers", ~old, {"popularity": popularity, "likes": likes} | oracle),
    ):
        measured = measure(known, users[those], bought[those], methods)
        rows += [(audience, row.method, f"{row.user_count:,}", *_cells(row)) for row in measured.itertuples()]
    offers = known.bought[:, known.on_sale].sum(axis=0)
    return (
        f"{len(known.on_sale):,} events are on sale; {(offers > 0).sum():,} of them have been bought before.\n\n"
        + table(
            ("Audience", "Method", "Users", "Precision@10", "Gain over popularity", "Coverage"), rows, text_columns=2
        )
    )


def true_taste(known: Known, users: np.ndarray, true: pd.DataFrame) -> Factors:
    """Score an event by how often it was bought, times how much likelier the user's true taste is to buy its category.

    As the generator draws buyers: LOYALTY of a category's orders go to a user whose favourite it is, the others to
    anybody.
    """
    names = known.events.category_name.cat.categories
    share = {name: 0.0 for name in names}
    for category in truth.CATEGORIES:
        share[category.name] = truth.TASTES.count(category.catid) / len(truth.TASTES)
    favourite = true.category_name.reindex(users).to_numpy(object)[:, None]
    loyal = np.array([truth.LOYALTY / share[name] if share[name] else 0 for name in names])
    lift = 1 - truth.LOYALTY + np.where(favourite == np.array(names, object), loyal, 0)
    return Factors(lift.astype("float32"), popularity_by_category(known))


def _tastes(connection: duckdb.DuckDBPyConnection, true: pd.DataFrame) -> str:
    """Return a table of how often recommendations, and the category that a user bought most, are the true favourite."""
    recommended = connection.sql(
        """
        select recommended.user_id, recommended.basis, events.category_name, count(*) as events
        from tickit_predictions.rpt_event_recommendations as recommended
        inner join tickit_core.dim_events as events using (event_id)
        group by all
        """
    ).df()
    bought = connection.sql(
        """
        select buyer_id as user_id, category_name, count(*) as purchases
        from tickit_sales.fct_sales
        where sold_date < (select max(as_of_date) from tickit_predictions.rpt_event_recommendations)
        group by all
        order by user_id, purchases desc, category_name
        """
    ).df()
    counts = bought.groupby("user_id").purchases.sum()
    most = bought.drop_duplicates("user_id").set_index("user_id").category_name
    recommended["is_favourite"] = recommended.category_name == recommended.user_id.map(true.category_name)
    recommended = recommended[recommended.user_id.isin(true.index)]
    rows = []
    for label, least, largest in _PURCHASES:
        buyers = counts.index[(counts >= least) & (counts <= largest)].intersection(true.index)
        same = f"{(most[buyers] == true.category_name[buyers]).mean():.1%}" if len(buyers) else "-"
        rows.append((f"buyers, {label}", *_favourites(recommended, buyers.to_numpy()), same))
    for basis in ("likes", "popularity"):
        users = recommended.user_id[recommended.basis == basis].unique()
        rows.append((f"nothing bought, recommended by {basis}", *_favourites(recommended, users), "-"))
    return table(("Users", "Number", "Recommended events of the favourite", "Most bought is the favourite"), rows)


def _favourites(recommended: pd.DataFrame, users: np.ndarray) -> tuple[str, str]:
    """Return how many users these are, and the share of their recommended events that are of their true favourite."""
    theirs = recommended[recommended.user_id.isin(users)]
    events = theirs.events.sum()
    return f"{len(users):,}", f"{theirs.events[theirs.is_favourite].sum() / events:.1%}" if events else "-"


def _picture(test: pd.DataFrame) -> alt.TopLevelMixin:
    """Draw precision, with two standard errors of the gain, and coverage of the methods for buyers."""
    shown = test.assign(
        low=test.precision - 2 * test.gain_standard_error,
        high=test.precision + 2 * test.gain_standard_error,
        kind=["baseline" if method in BASELINES else "learnt" for method in test.method],
    )
    order = test.method.tolist()
    base = alt.Chart(shown).encode(
        alt.Y("method:N", title=None, sort=order, axis=alt.Axis(labelLimit=240)),
        alt.Color("kind:N", title=None, scale=alt.Scale(domain=["baseline", "learnt"], range=["#adb5bd", "#4c6ef5"])),
    )
    percent = alt.Axis(format=".1%")
    precision = base.mark_bar().encode(alt.X("precision:Q", title=None, axis=percent)) + base.mark_rule(
        color="#212529"
    ).encode(alt.X("low:Q", title=None), alt.X2("high:Q"), color=alt.value("#212529"))
    coverage = base.mark_bar().encode(
        alt.X("coverage:Q", title=None, axis=percent), alt.Y("method:N", title=None, sort=order, axis=None)
    )
    subtitle = "share of ten recommended events that were bought; line: two standard errors of the gain over popularity"
    return precision.properties(title=alt.Title("Precision@10", subtitle=subtitle), width=380, height=200) | (
        coverage.properties(title=alt.Title("Coverage", subtitle="of the events on sale"), width=240, height=200)
    )
