"""How good the sales forecast is: its backtest, and the weekly season that the generator knows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import altair as alt
import duckdb
import pandas as pd

from analytics import forecast
from analytics.evaluation._lake import NO_TRUTH, is_synthetic
from analytics.evaluation.page import save_picture, table
from scripts.lake.synthetic import truth

TITLE = "Sales forecast"
SHOWN_DAYS = 84
"""Days of sales in the picture, before the forecast."""


def report(connection: duckdb.DuckDBPyConnection, image: Path) -> str:
    """Draw sales and forecast; return the errors of every method, and how well the weekly season is recovered."""
    daily = connection.execute("from tickit_sales.rpt_daily_sales_by_category order by all").df()
    scores = connection.execute("from tickit_predictions.rpt_sales_forecast_backtest").df()
    ahead = connection.execute("from tickit_predictions.rpt_sales_forecast").df()
    _draw(daily, ahead, image)
    errors = forecast.backtest_errors(daily)
    parts = [_verdict(scores), _held_out(errors), _scores(scores), _origins(errors), "### The generator's truth"]
    return "\n\n".join([*parts, _weekly_season(daily, errors, ahead) if is_synthetic() else NO_TRUTH])


def _verdict(scores: pd.DataFrame) -> str:
    """Return in a sentence how often the baseline was beaten, and by how much."""
    series = scores.groupby(["category_name", "measure"])
    chosen = scores[scores.is_chosen].set_index(["category_name", "measure"])
    baseline = scores[scores.method == forecast.BASELINE].set_index(["category_name", "measure"])
    won = int((chosen.method != forecast.BASELINE).sum())
    gain = 1 - chosen.wape / baseline.wape
    return (
        f"Of {len(series)} series, a method beats {forecast.BASELINE} in {won}; in the other {len(series) - won} "
        f"{forecast.BASELINE} forecasts. The chosen method's WAPE is lower than the baseline's by {gain.min():.0%} to "
        f"{gain.max():.0%}, {gain.mean():.0%} in the mean."
    )


def _held_out(errors: pd.DataFrame) -> str:
    """Return what choosing is worth where it was not looked: chosen by all origins but the last, judged at the last."""
    rows = errors.assign(error=(errors.y - errors.forecast).abs())
    last = rows.cutoff == rows.cutoff.max()
    keys = ["category_name", "measure"]
    before, at_last = (of.groupby([*keys, "method"]).error.sum().unstack() for of in (rows[~last], rows[last]))
    if before.empty:
        return "There is one origin only, so the choice of a method cannot be judged by another one."
    chosen = before[list(forecast.METHODS)].idxmin(axis=1)
    better = sum(at_last.loc[key, method] < at_last.loc[key, forecast.BASELINE] for key, method in chosen.items())
    earlier = sum(method != forecast.BASELINE for method in chosen)
    return (
        f"That is in part the luck of the best of {len(forecast.METHODS)}, as the same days choose and judge. Chosen "
        f"by all origins but the last, a method other than {forecast.BASELINE} is taken for {earlier} of {len(chosen)} "
        f"series, and at the last origin the choice has a smaller error than {forecast.BASELINE} in {better}."
    )


def _scores(scores: pd.DataFrame) -> str:
    """Return the backtest as a table."""
    rows = [
        (
            row.category_name,
            row.measure,
            f"**{row.method}**" if row.is_chosen else row.method,
            f"{row.wape:.1%}",
            f"{row.mase:.2f}",
            f"{row.coverage_80:.0%}",
        )
        for row in scores.itertuples()
    ]
    return table(
        ["Category", "Measure", "Method (bold: chosen)", "WAPE", "MASE", "In the 80 % interval"], rows, text_columns=3
    )


def _origins(errors: pd.DataFrame) -> str:
    """Return the WAPE of tickets, all categories together, by origin and method."""
    tickets = errors[errors.measure == "tickets"].assign(error=lambda rows: (rows.y - rows.forecast).abs())
    sums = tickets.groupby(["cutoff", "method"])[["error", "y"]].sum()
    wape = (sums.error / sums.y).unstack()[list(forecast.METHODS)]
    rows = [(f"{cutoff:%d %B}", *(f"{value:.0%}" for value in values)) for cutoff, *values in wape.itertuples()]
    return "WAPE of tickets by the last day that was known:\n\n" + table(["Known up to", *forecast.METHODS], rows)


def _weekly_season(daily: pd.DataFrame, errors: pd.DataFrame, ahead: pd.DataFrame) -> str:
    """Return how near weekday factors are to those that made the sales: of all sales, the backtest and the forecast."""
    sold = forecast.daily_series(daily)[["category_name", "measure", "ds", "y"]]
    keys = ["category_name", "measure", "method"]
    tested = errors.merge(ahead[keys].drop_duplicates(), on=keys)[["category_name", "measure", "ds", "forecast"]]
    future = ahead[["category_name", "measure", "forecast_date", "forecast"]]
    rows = []
    for category in truth.CATEGORIES:
        true = pd.Series(category.weekdays) / pd.Series(category.weekdays).mean()
        cells = [(1 - true).abs().mean()]
        for values in (sold, tested, future):
            of = values[(values.category_name == category.name) & (values.measure == "tickets")].set_axis(
                ["category_name", "measure", "day", "value"], axis=1
            )
            mean = of.groupby(of.day.dt.dayofweek).value.mean()
            cells.append((mean / mean.mean() - true).abs().mean())
        rows.append((category.name, *("none" if pd.isna(cell) else f"{cell:.3f}" for cell in cells)))
    header = ["Category", "All weekdays equal", "Mean of all sales", "Backtest, chosen method", "Forecast"]
    return (
        "Mean absolute error of the weekday factors (mean 1) against `truth.CATEGORIES`, for tickets. What has more "
        "than the first column knows less of the week than one that takes all weekdays for equal.\n\n"
        + table(header, rows)
    )


def _draw(daily: pd.DataFrame, ahead: pd.DataFrame, image: Path) -> None:
    """Draw the tickets of the last weeks and of the weeks ahead, a row a category."""
    sold = forecast.daily_series(daily).query("measure == 'tickets'")
    sold = sold[sold.ds > sold.ds.max() - pd.Timedelta(days=SHOWN_DAYS)]
    tickets = ahead[ahead.measure == "tickets"]
    panels = []
    for name in sold.category_name.unique():
        x = alt.X("day:T", title=None, axis=alt.Axis(format="%d %b"))
        past = sold[sold.category_name == name][["ds", "y"]].rename(columns={"ds": "day"})
        future = tickets[tickets.category_name == name].rename(columns={"forecast_date": "day"})
        method = future.method.iloc[0] if len(future) else "none"
        future = future[["day", "forecast", "lower_80", "upper_80"]]
        y: dict[str, Any] = {"title": f"{name}", "axis": alt.Axis(tickCount=3)}
        band = (
            alt.Chart(future)
            .mark_area(color="#f76707", opacity=0.2)
            .encode(x=x, y=alt.Y("lower_80:Q", **y), y2="upper_80:Q")
        )
        line = alt.Chart(future).mark_line(color="#f76707", strokeWidth=1.6).encode(x=x, y=alt.Y("forecast:Q", **y))
        known = alt.Chart(past).mark_line(color="#4c6ef5", strokeWidth=1.2).encode(x=x, y=alt.Y("y:Q", **y))
        title = alt.TitleParams(method, fontSize=11, anchor="end", offset=2)
        panels.append((band + known + line).properties(width=700, height=90, title=title))
    title = alt.TitleParams("Tickets a day", subtitle="Blue: sold. Orange: forecast, with its 80 % interval")
    save_picture(alt.vconcat(*panels, spacing=6).properties(title=title), image)
