"""How good the anomalies are: known ones injected into the sales, and those that the generator planted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import altair as alt
import duckdb
import numpy as np
import pandas as pd

from analytics import anomalies
from analytics.evaluation._lake import NO_TRUTH, is_synthetic
from analytics.evaluation.page import save_picture, table
from scripts.lake.synthetic import truth

TITLE = "Anomalies"
FACTORS = (0.1, 0.5, 0.7, 1.5, 2.0, 3.0)
"""What an injected day's sales are multiplied by."""
INJECTED_DAYS = 6
REPETITIONS = 10
SEED = 42


def report(connection: duckdb.DuckDBPyConnection, image: Path) -> str:
    """Draw the sales with their anomalies; return precision and recall for injected and for planted days."""
    daily = connection.execute("from tickit_sales.rpt_daily_sales_by_category order by all").df()
    found = connection.execute("from tickit_predictions.rpt_sales_anomalies order by all").df()
    calendar = connection.execute("select calendar_date, is_holiday from tickit_core.dim_dates").df()
    series = anomalies.sale_series(daily)
    _draw(series, found, image)
    others = found[~found.is_holiday]
    summary = (
        f"{len(found)} anomalous days in {series.shape[1]} series of {len(series)} days; {len(found) - len(others)} of "
        f"them are public holidays."
    )
    parts = [summary, "### Injected anomalies", _injected(series, found, calendar)]
    return "\n\n".join([*parts, "### The generator's truth", _planted(series, others) if is_synthetic() else NO_TRUTH])


def _injected(series: pd.DataFrame, found: pd.DataFrame, calendar: pd.DataFrame) -> str:
    """Return precision and recall over days whose sales were multiplied by a factor, by factor.

    Days that are holidays, closed, or anomalous as they are, are neither chosen nor counted: what is raised besides the
    chosen ones is then due to the injection, and false.
    """
    random = np.random.default_rng(SEED)
    holidays = calendar.calendar_date[calendar.is_holiday]
    rows = []
    for factor in FACTORS:
        counts = dict.fromkeys(("hit", "injected", "false"), 0)
        for name in series.columns:
            known = [*holidays, *found[found.series == name].sold_date, *anomalies.closed_days(series, calendar)]
            ordinary = series.index[~series.index.isin(pd.to_datetime(known))]
            for _ in range(REPETITIONS):
                days = random.choice(ordinary, min(INJECTED_DAYS, len(ordinary)), replace=False)
                changed = series[name].copy()
                changed.loc[days] = (changed.loc[days] * factor).round()
                z = anomalies.departures(changed).z.loc[ordinary]
                raised = z.index[z.abs() >= anomalies.THRESHOLD]
                hit = int(raised.isin(days).sum())
                counts["hit"] += hit
                counts["injected"] += len(days)
                counts["false"] += len(raised) - hit
        total = counts["hit"] + counts["false"]
        precision = f"{counts['hit'] / total:.0%}" if total else "none raised"
        rows.append((f"x {factor:g}", counts["injected"], precision, f"{counts['hit'] / counts['injected']:.0%}"))
    return (
        f"{INJECTED_DAYS} days drawn at random, {REPETITIONS} times for each series and factor (seed {SEED}); holidays "
        "and days that are anomalous as they are left out.\n\n"
        + table(["Sales of the day", "Injected", "Precision", "Recall"], rows)
    )


def _planted(series: pd.DataFrame, others: pd.DataFrame) -> str:
    """Return precision and recall over the days that the generator planted, by series."""
    names = {category.catid: category.name for category in truth.CATEGORIES}
    rows = []
    for name in series.columns:
        planted = {
            pd.Timestamp(anomaly.day)
            for anomaly in truth.ANOMALIES
            if name == anomalies.ALL or name in {names[catid] for catid in anomaly.catids}
        }
        raised = set(pd.to_datetime(others[others.series == name].sold_date))
        hit = len(planted & raised)
        precision = f"{hit / len(raised):.0%}" if raised else "none raised"
        recall = f"{hit / len(planted):.0%}" if planted else "none planted"
        rows.append((name, len(planted), hit, len(raised - planted), precision, recall))
    header = ["Series", "Planted", "Found", "False alarms", "Precision", "Recall"]
    return "Days of `truth.ANOMALIES`, against all that is raised on days that are no holidays.\n\n" + table(
        header, rows
    )


def _draw(series: pd.DataFrame, found: pd.DataFrame, image: Path) -> None:
    """Draw the sales of each series with its anomalous days."""
    panels = []
    for name in series.columns:
        x = alt.X("day:T", title=None, axis=alt.Axis(format="%b", tickCount="month"))
        y: dict[str, Any] = {"title": name, "axis": alt.Axis(tickCount=3)}
        days = series[name].rename("sales").rename_axis("day").reset_index()
        points = found[found.series == name].rename(columns={"sold_date": "day"})[["day", "actual", "is_holiday"]]
        line = alt.Chart(days).mark_line(color="#4c6ef5", strokeWidth=1).encode(x=x, y=alt.Y("sales:Q", **y))
        colour = alt.condition("datum.is_holiday", alt.value("#868e96"), alt.value("#e03131"))
        dots = (
            alt.Chart(points).mark_point(size=40, strokeWidth=1.8).encode(x=x, y=alt.Y("actual:Q", **y), color=colour)
        )
        panels.append((line + dots).properties(width=700, height=80))
    title = alt.TitleParams("Sales a day", subtitle="Circles: anomalous days; grey ones are public holidays")
    save_picture(alt.vconcat(*panels, spacing=6).properties(title=title), image)
