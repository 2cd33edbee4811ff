"""Recommendations are of events that can be bought, made from the past alone, and the same each time."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from analytics import hold_out, recommendations
from analytics.recommendations import BASELINES, LEARNT, Market

AS_OF = date(2008, 10, 1)
FIRST = date(2008, 5, 1)
ALS = "als, 4 factors, alpha 20"


def make_market(users: int = 240, events: int = 60, purchases: int = 4_000) -> Market:
    """Make a market of two camps: odd users buy Opera (odd events), even users Pop, with one in ten against it."""
    random = np.random.default_rng(3)
    user = 1 + random.integers(0, users, purchases)
    event = (
        2 * random.integers(0, events // 2, purchases) + np.where(random.random(purchases) < 0.9, user + 1, user) % 2
    )
    day = pd.to_datetime(FIRST) + pd.to_timedelta(random.integers(0, 150, purchases), "D")
    bought = pd.DataFrame({"user_id": user, "event_id": 1 + event, "sold_date": day})
    # The last tenth of the users never bought anything.
    bought = bought[bought.user_id <= 0.9 * users]
    ids = np.arange(1, events + 1)
    return Market(
        purchases=bought.groupby(["user_id", "event_id", "sold_date"], as_index=False)
        .size()
        .rename(columns={"size": "purchase_count"})
        .assign(ticket_count=2),
        listings=pd.DataFrame({"event_id": ids, "listed_date": pd.to_datetime(FIRST), "ticket_count": 10_000}),
        events=pd.DataFrame(
            {
                "event_id": ids,
                "event_date": pd.to_datetime(AS_OF) + pd.to_timedelta(ids - 10, "D"),
                "category_name": np.where(ids % 2, "Opera", "Pop"),
            }
        ),
        likes=pd.DataFrame(
            {"user_id": range(1, users + 1), "likes": ["opera" if u % 2 == 0 else "jazz,rock" for u in range(users)]}
        ),
    )


@pytest.fixture(scope="module")
def market() -> Market:
    return make_market()


def _rows(market: Market, as_of: date = AS_OF, learnt: str = ALS) -> pd.DataFrame:
    return recommendations.recommend(market, as_of, learnt).read_all().to_pandas()


def _with(market: Market, **tables: pd.DataFrame) -> Market:
    return Market(**{name: tables.get(name, getattr(market, name)) for name in Market.__dataclass_fields__})


def test_everybody_gets_ten_events_that_are_ahead_and_new_to_them(market: Market) -> None:
    rows = _rows(market)
    assert rows.groupby("user_id").recommendation_rank.agg(list).map(lambda ranks: ranks == list(range(1, 11))).all()
    assert rows.user_id.nunique() == 240
    ahead = market.events[market.events.event_date >= pd.to_datetime(AS_OF)].event_id
    assert set(rows.event_id) <= set(ahead)
    before = market.purchases[market.purchases.sold_date < pd.to_datetime(AS_OF)]
    assert rows.merge(before, on=["user_id", "event_id"]).empty
    assert rows.groupby("user_id").score.apply(lambda scores: scores.is_monotonic_decreasing).all()


def test_sold_out_and_unlisted_events_are_not_recommended(market: Market) -> None:
    sold = market.purchases[market.purchases.event_id == 40].ticket_count.sum()
    tickets = market.listings.ticket_count.where(market.listings.event_id != 40, sold)
    later = market.listings.listed_date.where(market.listings.event_id != 42, pd.to_datetime(AS_OF))
    changed = _with(market, listings=market.listings.assign(ticket_count=tickets, listed_date=later))
    assert {40, 42} <= set(_rows(market).event_id)
    assert not {40, 42} & set(_rows(changed).event_id)


def test_nothing_that_is_sold_later_is_known(market: Market) -> None:
    early = AS_OF - timedelta(days=30)
    past = _with(market, purchases=market.purchases[market.purchases.sold_date < pd.to_datetime(early)])
    pd.testing.assert_frame_equal(_rows(market, early), _rows(past, early))


@pytest.mark.parametrize("learnt", LEARNT)
def test_the_order_of_the_rows_changes_nothing(market: Market, learnt: str) -> None:
    shuffled = Market(
        **{name: getattr(market, name).sample(frac=1, random_state=2) for name in Market.__dataclass_fields__}
    )
    pd.testing.assert_frame_equal(_rows(shuffled, learnt=learnt), _rows(market, learnt=learnt))


def test_buyers_get_what_their_camp_buys(market: Market) -> None:
    rows = _rows(market)
    rows = rows[rows.basis == "purchases"]
    first = rows[rows.recommendation_rank <= 5]
    assert (first.event_id % 2 == first.user_id % 2).mean() > 0.9


def test_who_bought_nothing_gets_what_users_with_the_same_likes_buy(market: Market) -> None:
    rows = _rows(market)
    new = rows[rows.basis == "likes"]
    assert new.user_id.min() == 217
    assert (new.event_id % 2 == new.user_id % 2).mean() > 0.9


def test_who_neither_bought_nor_likes_anything_gets_what_sells(market: Market) -> None:
    rows = _rows(_with(market, likes=market.likes.assign(likes="")))
    assert set(rows.basis) == {"purchases", "popularity"}
    assert rows[rows.basis == "popularity"].groupby("recommendation_rank").event_id.nunique().tolist() == [1] * 10


def test_batches_give_what_one_go_gives(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = _rows(market)
    monkeypatch.setattr(recommendations, "SCORES_AT_ONCE", 500)
    batched = recommendations.recommend(market, AS_OF, ALS)
    first = batched.read_next_batch()
    assert first.num_rows <= 100
    rest = batched.read_all()
    pd.testing.assert_frame_equal(pa.Table.from_batches([first, *rest.to_batches()]).to_pandas(), whole)


@pytest.mark.parametrize("table", ["purchases", "listings", "events", "likes"])
def test_an_empty_table_is_no_error(market: Market, table: str) -> None:
    empty = _with(market, **{table: getattr(market, table).iloc[:0]})
    assert (_rows(empty).event_id > 0).all()
    hold_out.to_table(hold_out.evaluate(empty, AS_OF))


def test_a_handful_of_buyers_is_no_error() -> None:
    tiny = make_market(users=4, events=12, purchases=9)
    assert len(_rows(tiny)) > 0
    hold_out.to_table(hold_out.evaluate(tiny, AS_OF))


def test_a_day_after_the_last_event_has_nothing_to_recommend(market: Market) -> None:
    assert _rows(market, date(2010, 1, 1)).empty


def test_camps_are_worth_knowing_on_the_hold_out(market: Market) -> None:
    measured = hold_out.evaluate(market, AS_OF)
    test = measured[(measured.hold_out == "test") & (measured.audience == "buyers")].set_index("method")
    assert set(test.index) == {*BASELINES, *LEARNT}
    assert test.is_chosen.sum() == 1
    chosen = test[test.is_chosen].iloc[0]
    assert chosen.gain > 3 * chosen.gain_standard_error
    assert test.loc["popularity", "gain"] == 0


def test_no_more_users_are_measured_than_wanted(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    assert hold_out.evaluate(market, AS_OF).user_count.max() > 50
    monkeypatch.setattr(hold_out, "MEASURED_USERS", 50)
    assert hold_out.evaluate(market, AS_OF).user_count.max() == 50


def test_precision_and_coverage_are_what_one_counts_by_hand(market: Market) -> None:
    # One user, who bought 3 of the ten best sellers, and one whom nothing was new for.
    known = recommendations.know(market, AS_OF)
    sellers = next(recommendations.rank(known, np.array([9_001]), recommendations.popularity(known, np.array([9_001]))))
    bought = known.events.event_id.to_numpy()[sellers[1][0, [0, 4, 9]]]
    later = pd.DataFrame({"user_id": 9_001, "event_id": bought, "sold_date": pd.to_datetime(AS_OF)})
    old = market.purchases.drop_duplicates("user_id").head(1).assign(sold_date=pd.to_datetime(AS_OF))
    purchases = pd.concat([market.purchases, later.assign(purchase_count=1, ticket_count=1), old])
    users, truth = hold_out.bought_next(
        _with(market, purchases=purchases[purchases.sold_date >= AS_OF.isoformat()]), known, AS_OF
    )
    assert users.tolist() == [9_001]
    measured = hold_out.measure(known, users, truth, {"popularity": recommendations.popularity})
    assert measured.precision.tolist() == [0.3]
    assert measured.coverage.tolist() == [10 / len(known.on_sale)]


def test_the_choice_is_made_on_the_earlier_hold_out() -> None:
    first, second, *_ = LEARNT
    measured = pd.DataFrame(
        [("choice", "popularity", 0.9), ("choice", first, 0.1), ("choice", second, 0.2), ("test", first, 0.8)],
        columns=["hold_out", "method", "precision"],
    )
    assert hold_out.choose(measured) == second
    assert hold_out.choose(measured.assign(precision=None)) == first
