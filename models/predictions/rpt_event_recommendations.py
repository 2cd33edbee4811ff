"""One row is a user and one of the up to ten events, of those on sale, that the user will most likely buy."""


def model(dbt, session):  # noqa: ANN001, ANN201, D103 - dbt's signature
    from datetime import date

    from analytics import recommendations

    market = recommendations.market_of(
        sales=dbt.ref("fct_sales"),
        listings=dbt.ref("fct_listings"),
        events=dbt.ref("dim_events"),
        users=dbt.ref("dim_users"),
        likes=dbt.ref("int_likes_unpivoted_from_users"),
    )
    chosen = dbt.ref("rpt_event_recommendations_evaluation").filter("is_chosen and audience = 'buyers'")
    method, *_ = chosen.select("method").fetchone()
    return recommendations.recommend(market, date.fromisoformat(dbt.config.meta_get("as_of_date")), method)
