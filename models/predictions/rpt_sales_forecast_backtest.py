"""One row is a category, a measure and a method of forecasting: how good it would have been, month by month."""


def model(dbt, session):  # noqa: ANN001, ANN201, D103 - dbt's signature
    from analytics import forecast

    return forecast.backtest_table(forecast.backtest(dbt.ref("rpt_daily_sales_by_category").df()))
