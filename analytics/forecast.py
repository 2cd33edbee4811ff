"""Sales forecast: daily revenue and tickets by category, 28 days ahead, with 80 % intervals.

Methods of statsforecast (Garza et al., 2022) against SeasonalNaive, compared by a rolling-origin backtest. The season
is the week; a year of data cannot teach a season of a year.
"""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
from statsforecast import StatsForecast
from statsforecast.models import MSTL, AutoARIMA, AutoETS, SeasonalNaive

from analytics.threads import use_one_thread

HORIZON = 28
"""Days ahead."""
WEEK = 7
ORIGINS = 6
"""At most so many origins in the backtest, HORIZON days apart; the last has just its horizon of sales behind it."""
LEAST_TRAINING = 8 * WEEK
"""Days that an origin has before it at least."""
LEAST_DAYS = 2 * WEEK
"""Days of sales without which nothing is forecast: SeasonalNaive needs a week, and another one for its interval."""
BASELINE = "SeasonalNaive"
METHODS = (BASELINE, "AutoETS", "MSTL+AutoETS", "MSTL+AutoARIMA")
"""The baseline first: the first of equals is chosen."""
MEASURES = {"revenue": "revenue", "tickets": "tickets_sold"}
"""Each measure, and its column in rpt_daily_sales_by_category."""
NO_CATEGORY = "unknown"
"""The category of sales whose event is unknown."""


def daily_series(daily: pd.DataFrame) -> pd.DataFrame:
    """Return the daily sales as series of equal length: columns category_name, measure, unique_id, ds and y.

    ``daily`` has a row for each day and category with a sale. From the first to the last day of all, each category with
    a sale gets a value for each day, 0 where it has none.
    """
    values = daily.assign(
        ds=pd.to_datetime(daily.sold_date).astype("datetime64[ns]"),
        category_name=daily.category_name.astype(object).where(daily.category_name.notna(), NO_CATEGORY),
    )
    days = (
        pd.date_range(values.ds.min(), values.ds.max(), name="ds") if len(values) else pd.DatetimeIndex([], name="ds")
    )
    series = []
    for category, rows in values.groupby("category_name"):
        for measure, column in MEASURES.items():
            y = rows.set_index("ds")[column].astype(float).reindex(days, fill_value=0.0)
            unique_id = f"{category}/{measure}"
            series.append(
                pd.DataFrame(
                    {"category_name": category, "measure": measure, "unique_id": unique_id, "ds": days, "y": y}
                )
            )
    if not series:
        return pd.DataFrame(columns=["category_name", "measure", "unique_id", "ds", "y"])
    return pd.concat(series, ignore_index=True)


def backtest(daily: pd.DataFrame) -> pd.DataFrame:
    """Return how good each method would have been on these daily sales; see `scores`."""
    return scores(backtest_errors(daily))


def scores(errors: pd.DataFrame) -> pd.DataFrame:
    """Return how good each method was in the backtest ``errors``: one row for each category, measure and method.

    At each origin a method saw the days before it and forecasts the HORIZON days after it. Columns: origin_count;
    wape, the sum of absolute errors over the sum of sales; mase, the mean absolute error over that of the naive
    forecast of a week ago in the days before the origin, a mean over the origins (Hyndman and Koehler, 2006);
    coverage_80, the share of days within the interval; is_chosen, true for the method of least WAPE. A figure that
    divides by zero is empty. No rows if there are too few days for one origin.
    """
    rows = []
    for (category, measure, method), days in errors.groupby(["category_name", "measure", "method"]):
        absolute, sold = (days.y - days.forecast).abs(), days.y.sum()
        by_origin = (absolute / days.naive_error.where(days.naive_error > 0)).groupby(days.cutoff).mean()
        rows.append(
            {
                "category_name": category,
                "measure": measure,
                "method": method,
                "origin_count": days.cutoff.nunique(),
                "wape": absolute.sum() / sold if sold > 0 else None,
                "mase": by_origin.mean(),
                "coverage_80": days.y.between(days.lower_80, days.upper_80).mean(),
            }
        )
    found = pd.DataFrame(
        rows, columns=["category_name", "measure", "method", "origin_count", "wape", "mase", "coverage_80"]
    )
    found[["wape", "mase"]] = found[["wape", "mase"]].astype(float).round(6)
    # The best first, and of equals the first of METHODS; without any sale to judge by, that is the baseline.
    found["place"] = found.method.map(METHODS.index)
    best = found.sort_values(["wape", "place"], na_position="last").drop_duplicates(["category_name", "measure"])
    found["is_chosen"] = found.index.isin(best.index)
    return found.sort_values(["category_name", "measure", "place"]).drop(columns="place").reset_index(drop=True)


def backtest_errors(daily: pd.DataFrame) -> pd.DataFrame:
    """Return every forecast of the backtest beside what was sold: one row a series, method, origin and day.

    Columns: category_name, measure, method, cutoff (the last day that was seen), ds, y, forecast, lower_80, upper_80,
    and naive_error, the mean absolute error of the forecast of a week ago up to the cutoff.
    """
    series = daily_series(daily)
    names = ["category_name", "measure", "method", "cutoff", "ds", "y", "forecast", "lower_80", "upper_80"]
    origins = min(ORIGINS, (series.ds.nunique() - LEAST_TRAINING) // HORIZON)
    if origins < 1:
        return pd.DataFrame(columns=[*names, "naive_error"])
    wide = _engine(METHODS).cross_validation(
        df=series[["unique_id", "ds", "y"]], h=HORIZON, step_size=HORIZON, n_windows=origins, level=[80]
    )
    long = _by_method(wide, METHODS, keep=["unique_id", "ds", "cutoff", "y"])
    change = series.y.sub(series.groupby("unique_id").y.shift(WEEK)).abs()
    mean_change = change.groupby(series.unique_id).expanding().mean().droplevel(0).rename("naive_error")
    scale = series[["unique_id", "ds"]].join(mean_change).rename(columns={"ds": "cutoff"})
    identity = series[["unique_id", "category_name", "measure"]].drop_duplicates()
    return long.merge(identity, on="unique_id").merge(scale, on=["unique_id", "cutoff"])[[*names, "naive_error"]]


def forecast(daily: pd.DataFrame, chosen: pd.DataFrame) -> pd.DataFrame:
    """Return the HORIZON days after the last day of sales: one row for each category, measure and day.

    ``chosen`` says the method for each category_name and measure; where it says none, the baseline forecasts. No rows
    if there are fewer than LEAST_DAYS days.
    """
    series = daily_series(daily)
    names = ["category_name", "measure", "forecast_date", "method", "forecast", "lower_80", "upper_80"]
    if series.ds.nunique() < LEAST_DAYS:
        return pd.DataFrame(columns=names)
    identity = series[["unique_id", "category_name", "measure"]].drop_duplicates()
    identity = identity.merge(chosen[["category_name", "measure", "method"]], how="left")
    identity["method"] = identity.method.astype(object).where(identity.method.notna(), BASELINE)
    parts = []
    for name, of in identity.groupby("method"):
        method = str(name)
        wide = _engine([method]).forecast(
            df=series.loc[series.unique_id.isin(of.unique_id), ["unique_id", "ds", "y"]], h=HORIZON, level=[80]
        )
        parts.append(_by_method(wide, [method], keep=["unique_id", "ds"]))
    ahead = pd.concat(parts).drop(columns="method").merge(identity, on="unique_id")
    ahead = ahead.rename(columns={"ds": "forecast_date"})[names]
    return ahead.sort_values(["category_name", "measure", "forecast_date"], ignore_index=True)


def forecast_table(ahead: pd.DataFrame) -> pa.Table:
    """Return the forecast with the types that its model declares."""
    numbers = {name: pa.float64() for name in ("forecast", "lower_80", "upper_80")}
    texts = {name: pa.string() for name in ("category_name", "measure", "method")}
    return _typed(ahead, texts | {"forecast_date": pa.date32()} | numbers)


_NAMES = {"cutoff": "last_known_date", "ds": "forecast_date", "y": "actual"}


def errors_table(errors: pd.DataFrame) -> pa.Table:
    """Return the days of the backtest with the names and types that their model declares."""
    texts = {name: pa.string() for name in ("category_name", "measure", "method")}
    dates = {name: pa.date32() for name in ("last_known_date", "forecast_date")}
    numbers = {name: pa.float64() for name in ("actual", "forecast", "lower_80", "upper_80", "naive_error")}
    in_order = errors.rename(columns=_NAMES).sort_values([*texts, *dates], ignore_index=True)
    return _typed(in_order, texts | dates | numbers)


def errors_of_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return what `errors_table` made a table of, read from the warehouse, as `scores` wants it."""
    return table.rename(columns={name: own for own, name in _NAMES.items()})


def backtest_table(scores: pd.DataFrame) -> pa.Table:
    """Return the backtest with the types that its model declares."""
    numbers = {name: pa.float64() for name in ("wape", "mase", "coverage_80")}
    texts = {name: pa.string() for name in ("category_name", "measure", "method")}
    return _typed(scores, texts | {"origin_count": pa.int32()} | numbers | {"is_chosen": pa.bool_()})


def _typed(rows: pd.DataFrame, types: dict[str, pa.DataType]) -> pa.Table:
    """Return the rows as an Arrow table of these types, its columns in the order of the rows'."""
    schema = pa.schema([(name, types[name]) for name in rows.columns])
    return pa.Table.from_pandas(rows, schema=schema, preserve_index=False).replace_schema_metadata(None)


def _engine(methods: tuple[str, ...] | list[str]) -> StatsForecast:
    """Return statsforecast with these methods, in one process; a series that one of them refuses gets the baseline's.

    AutoARIMA is given the series without its weekly season, which MSTL takes off: with a season of its own to search,
    it takes minutes, and in statsforecast 2.0.3 some of what it finds diverges.
    """
    use_one_thread()
    arima = AutoARIMA(seasonal=False, max_p=2, max_q=2, approximation=True)
    models = {
        BASELINE: SeasonalNaive(WEEK, alias=BASELINE),
        "AutoETS": AutoETS(WEEK, alias="AutoETS"),
        "MSTL+AutoETS": MSTL(WEEK, trend_forecaster=AutoETS(model="ZZN"), alias="MSTL+AutoETS"),
        "MSTL+AutoARIMA": MSTL(WEEK, trend_forecaster=arima, alias="MSTL+AutoARIMA"),
    }
    return StatsForecast(
        [models[method] for method in methods], freq="D", n_jobs=1, fallback_model=SeasonalNaive(WEEK, alias=BASELINE)
    )


def _by_method(wide: pd.DataFrame, methods: tuple[str, ...] | list[str], keep: list[str]) -> pd.DataFrame:
    """Return what statsforecast says, with a row a method; nothing below zero, as sales are not, and to the cent."""
    parts = []
    for method in methods:
        names = {method: "forecast", f"{method}-lo-80": "lower_80", f"{method}-hi-80": "upper_80"}
        part = wide[[*keep, *names]].rename(columns=names)
        part[list(names.values())] = part[list(names.values())].astype(float).clip(lower=0).round(2)
        parts.append(part.assign(method=method))
    return pd.concat(parts, ignore_index=True)
