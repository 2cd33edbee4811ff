"""One row is a category, a measure and a method of forecasting: how good it would have been, month by month."""


def model(dbt, session):  # noqa: ANN001, ANN201, D103 - dbt's signature
    from analytics import forecast

    errors = forecast.errors_of_table(dbt.ref("rpt_sales_forecast_errors").df())
    return forecast.backtest_table(forecast.scores(errors))
