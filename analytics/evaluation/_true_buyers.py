"""What the generator of the synthetic lake knows of its buyers, and nobody knows of real ones."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd

from scripts.core.errors import TickitError
from scripts.core.settings import lake_location
from scripts.lake.synthetic import truth
from scripts.lake.synthetic.parameters import set_variables
from scripts.lake.writing import read_manifest

_MACROS = Path(truth.__file__).parent / "sql" / "macros.sql"


def true_buyers(user_count: int) -> pd.DataFrame | None:
    """Return all who may buy, by user_id: their favourite category_name and their chance of an order.

    The chance is that of an order which a user with the same favourite places, so it compares buyers with the same
    favourite; how many of them there are is left out of it. None if the lake at TICKIT_LAKE is not a synthetic one of
    this many users.
    """
    try:
        manifest = read_manifest(Path(lake_location()))
    except TickitError:
        return None
    rows = manifest["rows"]
    if manifest["source"] != "synthetic" or rows["user"] != user_count:
        return None
    names = {category.catid: category.name for category in truth.CATEGORIES}
    with duckdb.connect() as market:
        set_variables(market, manifest["scale"], manifest["seed"], rows)
        market.execute(_MACROS.read_text(encoding="utf-8"))
        buyers = market.execute(
            # The chance of a place: see trader() in macros.sql.
            """
            with placed as (
                select
                    buyer_userid(range)::integer as user_id,
                    getvariable('tastes')[1 + range % len(getvariable('tastes'))] as favourite,
                    range // len(getvariable('tastes')) as place,
                    getvariable('buyers') // len(getvariable('tastes')) * getvariable('trade_head') as head
                from range(getvariable('buyers'))
            )
            select
                user_id,
                favourite,
                ln((place + 1 + head) / (place + head)) / ln(1 + 1 / getvariable('trade_head')) as chance
            from placed
            order by user_id
            """
        ).df()
    return buyers.assign(category_name=buyers.pop("favourite").map(names)).set_index("user_id")
