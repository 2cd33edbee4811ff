"""One row is a series of sales and a day on which they depart from trend and weekly season."""


def model(dbt, session):  # noqa: ANN001, ANN201, D103 - dbt's signature
    from analytics import anomalies

    calendar = dbt.ref("dim_dates").select("calendar_date", "is_holiday").df()
    return anomalies.to_table(anomalies.anomalies(dbt.ref("rpt_daily_sales_by_category").df(), calendar))
