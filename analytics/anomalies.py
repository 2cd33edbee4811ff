"""Anomalies: days whose sales depart from trend and weekly season.

STL (Cleveland et al., 1990) of statsmodels, robust, takes trend and season off; a robust z-score (Iglewicz and Hoaglin,
1993) says which remainders are too large to be chance.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
from statsmodels.tsa.seasonal import STL

from analytics.threads import use_one_thread

WEEK = 7
SEASONAL = 71
"""How many of a weekday STL smooths over; odd. Long, so that no single day bends the season."""
LEAST_DAYS = 2 * WEEK + 1
"""Days without which there is no season to depart from."""
THRESHOLD = 3.5
"""Robust z from which a day is anomalous (Iglewicz and Hoaglin's recommendation)."""
NORMAL = 1.4826
"""Standard deviation of a normal distribution over its median absolute deviation."""
ALL = "all"
"""The series of all categories together; the others are named after their category."""
NO_CATEGORY = "unknown"
"""The category of sales whose event is unknown."""


def sale_series(daily: pd.DataFrame) -> pd.DataFrame:
    """Return sales a day, a column for each series: ALL and each category with a sale; 0 where there is none.

    ``daily`` has a row for each day and category with a sale.
    """
    if daily.empty:
        return pd.DataFrame()
    rows = daily.assign(
        day=pd.to_datetime(daily.sold_date),
        series=daily.category_name.astype(object).where(daily.category_name.notna(), NO_CATEGORY),
    )
    wide = rows.pivot_table(index="day", columns="series", values="sale_count", aggfunc="sum", fill_value=0)
    days = pd.date_range(wide.index.min(), wide.index.max(), name="day")
    wide = wide.reindex(days, fill_value=0).astype(float)
    return pd.concat([wide.sum(axis=1).rename(ALL), wide], axis=1)


def departures(sales: pd.Series) -> pd.DataFrame:
    """Return for each day of a series of counts: actual, expected (both sales a day) and z.

    STL sees the counts through Anscombe's root, 2 sqrt(x + 3/8), which makes the chance of a count the same at every
    level: a standard deviation of 1 if it is Poisson's. Counts do not vary less than that, so z is the remainder over
    its own robust spread or 1, whichever is more: a series of few sales raises no alarm over single ones.
    """
    use_one_thread()
    root = 2 * np.sqrt(sales + 3 / 8)
    remainder = STL(root, period=WEEK, seasonal=SEASONAL, robust=True).fit().resid
    centre = remainder.median()
    spread = max(NORMAL * (remainder - centre).abs().median(), 1.0)
    expected = ((root - remainder + centre).clip(lower=0) / 2) ** 2 - 3 / 8
    return pd.DataFrame(
        {"actual": sales, "expected": expected.clip(lower=0).round(2), "z": ((remainder - centre) / spread).round(2)}
    )


def closed_days(series: pd.DataFrame, calendar: pd.DataFrame) -> pd.DatetimeIndex:
    """Return the days without any sale that the calendar leaves out, such as TICKIT's 29 February."""
    unsold = series.index[(series[ALL] == 0) & ~series.index.isin(pd.to_datetime(calendar.calendar_date))]
    return pd.DatetimeIndex(unsold)


def anomalies(daily: pd.DataFrame, calendar: pd.DataFrame) -> pd.DataFrame:
    """Return the anomalous days: one row for each series and day, with actual and expected sales, z and is_holiday.

    ``calendar`` has a row a day, with calendar_date and is_holiday: public holidays depart from the week too, for a
    known reason. No rows if there are fewer than LEAST_DAYS days.
    """
    names = ["series", "sold_date", "actual", "expected", "z", "is_holiday"]
    series = sale_series(daily)
    if len(series) < LEAST_DAYS:
        return pd.DataFrame(columns=names)
    found = pd.concat(
        [departures(series[name]).assign(series=name).query("abs(z) >= @THRESHOLD") for name in series.columns]
    )
    found = found.rename_axis("sold_date").reset_index()
    found = found[~found.sold_date.isin(closed_days(series, calendar))]
    holidays = calendar.calendar_date[calendar.is_holiday.astype(bool)]
    found["is_holiday"] = found.sold_date.isin(pd.to_datetime(holidays))
    return found[names].sort_values(["series", "sold_date"], ignore_index=True)


def to_table(found: pd.DataFrame) -> pa.Table:
    """Return the rows with the types that the model declares."""
    schema = pa.schema(
        {
            "series": pa.string(),
            "sold_date": pa.date32(),
            "actual": pa.int32(),
            "expected": pa.float64(),
            "z": pa.float64(),
            "is_holiday": pa.bool_(),
        }
    )
    typed = found.astype({"actual": "int32"})
    return pa.Table.from_pandas(typed, schema=schema, preserve_index=False).replace_schema_metadata(None)
