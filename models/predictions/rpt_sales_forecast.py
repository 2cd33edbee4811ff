"""One row is a category, a measure and one of the 28 days after the last day of sales: what will sell."""


def model(dbt, session):  # noqa: ANN001, ANN201, D103 - dbt's signature
    from analytics import forecast

    chosen = dbt.ref("rpt_sales_forecast_backtest").filter("is_chosen").df()
    return forecast.forecast_table(forecast.forecast(dbt.ref("rpt_daily_sales_by_category").df(), chosen))
