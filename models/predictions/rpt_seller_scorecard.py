"""One row is a seller, with how its listings do against the others for the same events."""


def model(dbt, session):  # noqa: ANN001, ANN201, D103 - dbt's signature
    from analytics import seller_scorecard

    return seller_scorecard.scorecard(dbt.ref("fct_listings"))
