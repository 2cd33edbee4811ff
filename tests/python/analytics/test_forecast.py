"""The sales forecast: whole weeks, sparse days, short histories, and a market whose future is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analytics import forecast

WEEKDAYS = np.array([80, 80, 90, 100, 130, 140, 110])


def sales(days: int, category: str = "Plays", level: float = 1.0, noise: float = 0.0) -> pd.DataFrame:
    """Daily sales of a market with a weekly season."""
    dates = pd.date_range("2008-01-07", periods=days)
    shocks = np.exp(noise * np.random.default_rng(1).normal(size=days))
    tickets = np.round(level * WEEKDAYS[dates.dayofweek] * shocks)
    return pd.DataFrame(
        {"sold_date": dates, "category_name": category, "tickets_sold": tickets, "revenue": 250.0 * tickets}
    )


@pytest.fixture(scope="module")
def market() -> pd.DataFrame:
    """Two categories over half a year, one of which sells on few days, and sales without a category."""
    rare = sales(180, "Opera", level=0.01)
    stray = sales(1, "stray").assign(category_name=None)
    return pd.concat([sales(180, noise=0.1), rare.iloc[::40], stray], ignore_index=True)


@pytest.fixture(scope="module")
def errors(market: pd.DataFrame) -> pd.DataFrame:
    return forecast.backtest_errors(market)


@pytest.fixture(scope="module")
def scores(errors: pd.DataFrame) -> pd.DataFrame:
    return forecast.scores(errors)


def test_days_without_sales_are_zeros() -> None:
    series = forecast.daily_series(sales(10).drop(index=[3, 4]))
    assert series.groupby("unique_id").size().to_dict() == {"Plays/revenue": 10, "Plays/tickets": 10}
    assert series.query("measure == 'tickets'").y.tolist() == [80, 80, 90, 0, 0, 140, 110, 80, 80, 90]


def test_regular_weeks_are_forecast_exactly() -> None:
    chosen = pd.DataFrame({"category_name": ["Plays"], "measure": ["tickets"], "method": ["SeasonalNaive"]})
    ahead = forecast.forecast(sales(70), chosen).query("measure == 'tickets'")
    assert ahead.forecast.tolist() == [*WEEKDAYS] * 4
    assert ahead.forecast_date.tolist() == [*pd.date_range("2008-03-17", periods=28)]


def test_every_category_is_judged_and_forecast(market: pd.DataFrame, scores: pd.DataFrame) -> None:
    assert len(scores) == 3 * 2 * len(forecast.METHODS)
    assert scores.groupby(["category_name", "measure"]).is_chosen.sum().eq(1).all()
    ahead = forecast.forecast(market, scores[scores.is_chosen])
    assert ahead.groupby(["category_name", "measure"]).size().to_dict() == {
        (category, measure): 28 for category in ("Opera", "Plays", "unknown") for measure in ("revenue", "tickets")
    }
    assert ahead.notna().all(axis=None)
    assert (ahead.lower_80 >= 0).all() and (ahead.lower_80 <= ahead.forecast).all()
    assert (ahead.forecast <= ahead.upper_80).all()


def test_error_is_that_of_the_forecasts(market: pd.DataFrame, scores: pd.DataFrame) -> None:
    """By hand for the baseline: the last week before each origin, four times over."""
    y = market[market.category_name == "Plays"].tickets_sold.to_numpy()
    errors, sold, scaled = 0.0, 0.0, []
    for origin in range(len(y) - 28, 55, -28):
        absolute = np.abs(y[origin : origin + 28] - np.tile(y[origin - 7 : origin], 4))
        errors, sold = errors + absolute.sum(), sold + y[origin : origin + 28].sum()
        scaled.append(absolute.mean() / np.abs(y[7:origin] - y[: origin - 7]).mean())
    row = scores.query("category_name == 'Plays' and measure == 'tickets' and method == 'SeasonalNaive'").iloc[0]
    assert row.origin_count == len(scaled) == 4
    assert row.wape == pytest.approx(errors / sold, abs=1e-5)
    assert row.mase == pytest.approx(np.mean(scaled), abs=1e-5)


def test_learning_beats_the_baseline_where_weeks_are_noisy(scores: pd.DataFrame) -> None:
    plays = scores.query("category_name == 'Plays' and measure == 'tickets'").set_index("method")
    assert not plays.is_chosen["SeasonalNaive"]
    assert plays.wape.idxmin() == plays.index[plays.is_chosen][0]
    assert 0.6 < plays.coverage_80[plays.is_chosen].iloc[0] < 0.95


def test_baseline_forecasts_where_nothing_can_be_judged(scores: pd.DataFrame) -> None:
    """Sales of unknown events were on the first day only: there is no sale to be wrong about."""
    unknown = scores[scores.category_name == "unknown"]
    assert unknown.wape.isna().all()
    assert unknown[unknown.is_chosen].method.tolist() == ["SeasonalNaive"] * 2


@pytest.mark.parametrize(("days", "judged", "ahead"), [(0, 0, 0), (13, 0, 0), (14, 0, 56), (83, 0, 56), (84, 8, 56)])
def test_short_histories(days: int, judged: int, ahead: int) -> None:
    scores = forecast.backtest(sales(days))
    future = forecast.forecast(sales(days), scores[scores.is_chosen.astype(bool)])
    assert forecast.backtest_table(scores).num_rows == judged
    assert forecast.errors_table(forecast.backtest_errors(sales(days))).num_rows == judged * 28
    assert forecast.forecast_table(future).num_rows == ahead


def test_the_days_of_the_backtest_keep_what_it_is_judged_by(errors: pd.DataFrame, scores: pd.DataFrame) -> None:
    """As the warehouse has them between two models."""
    days = forecast.errors_table(errors).to_pandas()
    assert len(days) == len(scores) * 4 * forecast.HORIZON
    last = days[days.last_known_date == days.last_known_date.max()]
    assert last.forecast_date.nunique() == forecast.HORIZON
    assert forecast.scores(forecast.errors_of_table(days)).equals(scores)


def test_same_sales_give_the_same_forecast() -> None:
    two = pd.concat([sales(90, noise=0.1), sales(90, "Opera", level=0.2, noise=0.3)], ignore_index=True)
    assert forecast.backtest(two.sample(frac=1, random_state=2)).equals(forecast.backtest(two))
