"""Anomalies: planted ones are found, ordinary days are not."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from analytics import anomalies

CALENDAR = pd.DataFrame({"calendar_date": pd.date_range("2008-01-01", "2008-12-31"), "is_holiday": False})


def sales(days: int = 200, mean: float = 100.0, category: str | None = "Plays") -> pd.DataFrame:
    """Daily sales by Poisson, with a weekly season and a slow rise."""
    dates = pd.date_range("2008-01-01", periods=days)
    level = mean * np.linspace(0.8, 1.2, days) * np.where(dates.dayofweek >= 4, 1.3, 0.9)
    counts = np.random.default_rng(3).poisson(level)
    return pd.DataFrame({"sold_date": dates, "category_name": category, "sale_count": counts})


def test_planted_days_are_found_and_no_others() -> None:
    daily = sales()
    daily.loc[60, "sale_count"] *= 3
    daily.loc[120, "sale_count"] //= 10
    found = anomalies.anomalies(daily, CALENDAR)
    assert found.series.unique().tolist() == ["Plays", "all"]
    assert found.sold_date.dt.date.tolist() == [date(2008, 3, 1), date(2008, 4, 30)] * 2
    assert np.sign(found.z).tolist() == [1, -1] * 2
    assert found.expected[0] == pytest.approx(daily.sale_count[60] / 3, rel=0.25)


def test_day_without_sales_counts_as_zero() -> None:
    found = anomalies.anomalies(sales().drop(index=80), CALENDAR)
    assert found.query("series == 'Plays'")[["sold_date", "actual"]].values.tolist() == [
        [pd.Timestamp("2008-03-21"), 0.0]
    ]


def test_few_sales_raise_no_alarm_over_single_ones() -> None:
    assert anomalies.anomalies(sales(mean=0.2), CALENDAR).empty


def test_holiday_is_marked() -> None:
    daily = sales()
    daily.loc[[60, 90], "sale_count"] *= 3
    found = anomalies.anomalies(daily, CALENDAR.assign(is_holiday=CALENDAR.calendar_date == "2008-03-01"))
    assert found.query("series == 'all'").is_holiday.tolist() == [True, False]


def test_a_day_that_the_calendar_leaves_out_raises_no_alarm_unless_something_is_sold_on_it() -> None:
    calendar = CALENDAR[CALENDAR.calendar_date != "2008-02-29"]
    daily = sales()
    closed = daily.sold_date == "2008-02-29"
    assert anomalies.anomalies(daily[~closed], calendar).empty
    daily.loc[closed, "sale_count"] = 1
    assert anomalies.anomalies(daily, calendar).sold_date.unique().tolist() == [pd.Timestamp("2008-02-29")]


def test_series_are_all_and_each_category() -> None:
    series = anomalies.sale_series(pd.concat([sales(), sales(category="Pop"), sales(category=None)]))
    assert series.columns.tolist() == ["all", "Plays", "Pop", "unknown"]
    assert (series["all"] == 3 * series["Pop"]).all()


@pytest.mark.parametrize("days", [0, 14, 15])
def test_short_histories(days: int) -> None:
    assert anomalies.to_table(anomalies.anomalies(sales(days), CALENDAR)).num_rows == 0
