"""One row is a category and a term: how orders go with it, or, of the placebo, that they do not."""


def model(dbt, session):  # noqa: ANN001, ANN201, D103 - dbt's signature
    from analytics import price_effect

    return price_effect.effects(dbt.ref("fct_listings"))
