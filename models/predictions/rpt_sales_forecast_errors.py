"""One row is a category, a measure, a method and a day of the backtest: what was forecast, and what sold."""


def model(dbt, session):  # noqa: ANN001, ANN201, D103 - dbt's signature
    from analytics import forecast

    return forecast.errors_table(forecast.backtest_errors(dbt.ref("rpt_daily_sales_by_category").df()))
