"""One row is a buyer, with the segment that k-means puts the buyer in and the plain quintile scores."""


def model(dbt, session):  # noqa: ANN001, ANN201, D103 - dbt's signature
    from analytics import segments

    buyers = dbt.ref("dim_users").filter("purchase_count > 0")
    return segments.to_table(segments.segment_buyers(segments.recency_frequency_money(buyers)))
