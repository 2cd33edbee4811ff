"""One row is a hold-out, an audience and a method: how many of its ten recommended events the users bought."""


def model(dbt, session):  # noqa: ANN001, ANN201, D103 - dbt's signature
    from datetime import date

    from analytics import hold_out, recommendations

    market = recommendations.market_of(
        sales=dbt.ref("fct_sales"),
        listings=dbt.ref("fct_listings"),
        events=dbt.ref("dim_events"),
        users=dbt.ref("dim_users"),
        likes=dbt.ref("int_likes_unpivoted_from_users"),
    )
    return hold_out.to_table(hold_out.evaluate(market, date.fromisoformat(dbt.config.meta_get("as_of_date"))))
