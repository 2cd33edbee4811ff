"""One row is a series of sales and a day on which they depart from trend and weekly season."""


def model(dbt, session):  # noqa: ANN001, ANN201, D103 - dbt's signature
    from analytics import anomalies

    holidays = dbt.ref("dim_dates").filter("is_holiday").select("calendar_date").df()["calendar_date"]
    return anomalies.to_table(anomalies.anomalies(dbt.ref("rpt_daily_sales_by_category").df(), holidays))
