"""How well the price effect recovers the synthetic lake's truth, beside two baselines, and what its placebo shows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import altair as alt
import duckdb
import numpy as np
import statsmodels.api as sm
from numpy.typing import NDArray

from analytics import censored_poisson, price_effect
from analytics.evaluation._lake import NO_TRUTH, is_synthetic
from analytics.evaluation.page import save_picture, table
from analytics.price_effect import Listings
from scripts.lake.synthetic import truth

TITLE = "Price effect"

LISTINGS, ROWS = "tickit_sales.fct_listings", "tickit_predictions.rpt_price_effect"
REPEATS = 25
"""Placebos and simulated markets a category."""
MOST_LISTINGS = 12_000
"""Listings of each of those."""
QUANTILE = 1.959964
_PLACEBO = (
    f"The placebo, {REPEATS} times a category (at most {MOST_LISTINGS:,} listings of each): prices dealt out by lot"
    " within the event. At 5 %, one in twenty would be found by chance."
)
MODEL, WITHIN, ACROSS = "the model", "same event, selling out ignored", "all events together"
COLOURS = {MODEL: "#4c6ef5", WITHIN: "#f76707", ACROSS: "#868e96"}
ELASTICITIES = {category.name: -category.elasticity for category in truth.CATEGORIES}


def report(connection: duckdb.DuckDBPyConnection, image: Path) -> str:
    """Draw estimates beside the truth; return the tables of truth, baselines, placebo and simulated markets."""
    rows = connection.execute(f"select * from {ROWS} where has_estimate and category_name is not null order by all")
    found = {(row["category_name"], row["term"]): row for row in rows.to_arrow_table().to_pylist()}
    categories = [name for name in ELASTICITIES if (name, "price") in found]
    fact = connection.table(LISTINGS)
    estimates: list[dict[str, Any]] = []
    leads: dict[str, float] = {}
    placebos, simulated = [], []
    for category in categories:
        listings = price_effect.read(fact, category)
        price = found[category, "price"]
        estimates += [
            _estimate(category, MODEL, price["estimate"], price["standard_error"]),
            _estimate(category, WITHIN, *_within(listings)),
            _estimate(category, ACROSS, *_across(listings)),
        ]
        leads[category] = _true_lead_slope(listings)
        few = price_effect.read(fact, category, MOST_LISTINGS)
        placebos.append(_placebos(category, few))
        simulated.append(_simulated(category, few))
    if not is_synthetic():
        return "\n\n".join([NO_TRUTH, _PLACEBO, table(["Category", "Mean estimate", "Found at 5 %"], placebos)])
    _draw(estimates, [found[category, price_effect.PLACEBO] for category in categories], image)
    return "\n\n".join(
        [
            "How elastic orders are to price, by the model and by the two baselines that forget something:",
            _recovery(estimates, categories),
            _summary(estimates),
            "The other terms, with the truth beside them, and the placebo of the model's own table:",
            _terms(found, categories, leads),
            _PLACEBO,
            table(["Category", "Mean estimate", "Found at 5 %"], placebos),
            f"The method in markets that are exactly what it supposes: {REPEATS} a category, the same listings, orders"
            " drawn again from Poisson's distribution at the true elasticity, sold until the listing is out.",
            table(["Category", "Truth", "Mean estimate", "Off by", "95 % intervals that cover"], simulated),
        ]
    )


def _estimate(category: str, method: str, estimate: float, standard_error: float) -> dict[str, Any]:
    """Return one estimate beside the truth."""
    low, high = estimate - QUANTILE * standard_error, estimate + QUANTILE * standard_error
    true = ELASTICITIES[category]
    return {
        "category": category,
        "method": method,
        "truth": true,
        "estimate": float(estimate),
        "low": float(low),
        "high": float(high),
        "covers": bool(low < true < high),
    }


def _within(listings: Listings) -> tuple[float, float]:
    """Return the price's coefficient and its error when what sold is taken for what was ordered."""
    nothing = np.zeros_like(listings.is_sold_out)
    fit = censored_poisson.fit(listings.orders, listings.regressors, nothing, listings.events)
    return fit.estimates[0], fit.standard_errors[0]


def _across(listings: Listings) -> tuple[float, float]:
    """Return the same from a plain Poisson regression of all listings, whatever their event."""
    fit = sm.GLM(listings.orders, sm.add_constant(listings.regressors), family=sm.families.Poisson()).fit(
        cov_type="cluster", cov_kwds={"groups": listings.events}
    )
    return fit.params[1], fit.bse[1]


def _true_lead_slope(listings: Listings) -> float:
    """Return how the true chance to get orders rises with the lead, as one slope of logarithms within events.

    The truth is a curve: the closeness to the event, added up over the days that a listing is on sale. The calendar,
    which is beside it, is left out.
    """
    log_days = listings.regressors[:, 1]
    days = np.exp(log_days)
    exposure = truth.CLOSENESS_FLOOR * days + truth.CLOSENESS_DAYS * (1 - np.exp(-days / truth.CLOSENESS_DAYS))

    def centred(values: NDArray[np.float64]) -> NDArray[np.float64]:
        sums = np.bincount(listings.events, exposure * values) / np.bincount(listings.events, exposure)
        return values - sums[listings.events]

    x, y = centred(log_days), centred(np.log(exposure))
    return float((exposure * x * y).sum() / (exposure * x * x).sum())


def _placebos(category: str, listings: Listings) -> list[str]:
    """Return the row of a category: what prices dealt out by lot show, time after time."""
    scores, estimates = [], []
    for seed in range(REPEATS):
        dealt = price_effect.shuffled_within_events(listings, seed)
        fit = censored_poisson.fit(dealt.orders, dealt.regressors, dealt.is_sold_out, dealt.events)
        scores.append(abs(fit.estimates[0]) / fit.standard_errors[0])
        estimates.append(fit.estimates[0])
    return [category, f"{np.mean(estimates):+.3f}", f"{np.sum(np.array(scores) > QUANTILE)} of {REPEATS}"]


def _simulated(category: str, listings: Listings) -> list[str]:
    """Return the row of a category: the estimates in markets that are drawn from the model itself."""
    true = ELASTICITIES[category]
    draw = np.random.default_rng(truth.CATEGORIES[0].catid)
    sizes, shares = np.array(list(truth.QUANTITIES)), np.array(list(truth.QUANTITIES.values()))
    tickets = np.exp(listings.regressors[:, 2]).round()
    relative = np.exp(listings.regressors @ np.array([true, 0.64, 0.0]))
    heat = np.bincount(listings.events, listings.orders) / np.bincount(listings.events, relative)
    rates = np.maximum(heat, 1e-9)[listings.events] * relative
    estimates, covers = [], []
    for _ in range(REPEATS):
        orders = draw.poisson(rates)
        # How many orders empty the listing; each takes one ticket at least.
        wanted = draw.choice(sizes, size=(len(rates), int(tickets.max())), p=shares).cumsum(axis=1)
        enough = 1 + (wanted >= tickets[:, None]).argmax(axis=1)
        market = replace(listings, orders=np.minimum(orders, enough).astype(float), is_sold_out=orders >= enough)
        fit = censored_poisson.fit(market.orders, market.regressors, market.is_sold_out, market.events)
        estimates.append(fit.estimates[0])
        covers.append(abs(fit.estimates[0] - true) < QUANTILE * fit.standard_errors[0])
    mean = float(np.mean(estimates))
    return [category, f"{true:.2f}", f"{mean:.2f}", f"{mean / true - 1:+.1%}", f"{sum(covers)} of {REPEATS}"]


def _recovery(estimates: list[dict[str, Any]], categories: list[str]) -> str:
    """Return truth and estimates as a table, a row a category."""
    by_key = {(row["category"], row["method"]): row for row in estimates}
    rows = []
    for category in categories:
        ours = by_key[category, MODEL]
        rows.append(
            [
                category,
                f"{ours['truth']:.2f}",
                f"**{ours['estimate']:.2f}** ({ours['low']:.2f} to {ours['high']:.2f})",
                "yes" if ours["covers"] else "no",
                f"{ours['estimate'] / ours['truth'] - 1:+.1%}",
                *(f"{by_key[category, method]['estimate']:.2f}" for method in (WITHIN, ACROSS)),
            ]
        )
    header = [
        "Category",
        "Truth",
        "The model (95 % interval)",
        "Covers",
        "Off by",
        WITHIN.capitalize(),
        ACROSS.capitalize(),
    ]
    return table(header, rows)


def _summary(estimates: list[dict[str, Any]]) -> str:
    """Return the mean error of each method, and how many intervals cover, in a sentence."""
    parts = []
    for method in COLOURS:
        rows = [row for row in estimates if row["method"] == method]
        error = sum(abs(row["estimate"] - row["truth"]) for row in rows) / len(rows)
        parts.append(f"{method} {error:.2f} ({sum(row['covers'] for row in rows)} of {len(rows)} intervals cover)")
    return f"Mean error: {'; '.join(parts)}."


def _terms(found: dict[tuple[str, str], dict[str, Any]], categories: list[str], leads: dict[str, float]) -> str:
    """Return lead time, ticket count and placebo as a table, a row a category."""

    def cell(category: str, term: str) -> str:
        row = found[category, term]
        return f"{row['estimate']:.2f} ± {QUANTILE * row['standard_error']:.2f}"

    header = ["Category", "Lead time, about", "Lead time", "Tickets, truth", "Tickets", "Shuffled price", "p"]
    return table(
        header,
        [
            [
                category,
                f"{leads[category]:.2f}",
                cell(category, "lead_time"),
                "0",
                cell(category, "ticket_count"),
                cell(category, "shuffled_price"),
                f"{found[category, 'shuffled_price']['p_value']:.2f}",
            ]
            for category in categories
        ],
    )


def _draw(estimates: list[dict[str, Any]], placebos: list[dict[str, Any]], image: Path) -> None:
    """Draw every estimate with its interval, a row a category, and the truth as a line."""
    placebo = "placebo: shuffled price"
    rows = estimates + [
        {
            "category": row["category_name"],
            "method": placebo,
            "truth": ELASTICITIES[row["category_name"]],
            "estimate": row["estimate"],
            "low": row["interval_low"],
            "high": row["interval_high"],
        }
        for row in placebos
    ]
    colours = {**COLOURS, placebo: "#0ca678"}
    order = list(colours)
    y = alt.Y("method:N", title=None, sort=order, axis=alt.Axis(labels=False, ticks=False, domain=False, grid=False))
    scale = alt.Scale(domain=order, range=list(colours.values()))
    colour = alt.Color("method:N", scale=scale, title=None, sort=order, legend=alt.Legend(orient="bottom"))
    base = alt.Chart(alt.Data(values=rows))
    x_title = "orders, per cent more where the price is one per cent higher"
    interval = base.mark_rule(strokeWidth=2.5).encode(x=alt.X("low:Q", title=x_title), x2="high:Q", y=y, color=colour)
    point = base.mark_circle(size=70, opacity=1).encode(x="estimate:Q", y=y, color=colour)
    true = base.mark_rule(color="#e03131", strokeDash=[5, 3]).encode(x="truth:Q")
    chart = (
        alt.layer(true, interval, point)
        .properties(width=640, height=74)
        .facet(
            row=alt.Row("category:N", title=None, header=alt.Header(labelAngle=0, labelAlign="left", labelFontSize=13))
        )
        .properties(title=alt.TitleParams("Price and orders", subtitle="Points with 95 % intervals; dashed: the truth"))
        .resolve_scale(x="shared")
    )
    save_picture(chart, image)
