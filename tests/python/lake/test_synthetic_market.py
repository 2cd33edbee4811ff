"""The synthetic lake looks like a ticket market, and shows the truth that it was made from."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scripts.lake.synthetic import truth

Query = Callable[[str], list[tuple]]


def share_of_the_top(query: Query, table: str, key: str, top: float) -> float:
    """Return the share of the table's rows that belongs to the ``top`` share of the keys that have any."""
    [(share,)] = query(
        f"""
        with
            counted as (select count(*) as rows from {table} group by {key}),
            ranked as (select rows, percent_rank() over (order by rows desc) as place from counted)
        select sum(rows) filter (place <= {top}) / sum(rows) from ranked
        """
    )
    return share


# --- Who and what


def test_few_events_make_most_of_the_sales(query: Query) -> None:
    assert 0.6 < share_of_the_top(query, "sale", "eventid", 0.2) < 0.85


def test_few_traders_trade_most(query: Query) -> None:
    assert 0.4 < share_of_the_top(query, "sale", "buyerid", 0.1) < 0.7
    assert 0.4 < share_of_the_top(query, "listing", "sellerid", 0.1) < 0.7
    [(largest,)] = query("select max(n) / sum(n) from (select count(*) as n from sale group by buyerid)")
    assert largest < 0.01


def test_most_users_never_trade_and_some_do_both(query: Query) -> None:
    [(trade, both)] = query(
        """
        select
            (select count(*) from (select buyerid from sale union select sellerid from listing)) / count(*),
            (select count(*) from (select buyerid from sale intersect select sellerid from listing)) / count(*)
        from user
        """
    )
    assert 0.3 < trade < 0.5
    assert 0.01 < both < 0.1


def test_many_buyers_come_back_and_many_do_not(query: Query) -> None:
    [(back,)] = query("select avg((n > 1)::int) from (select count(*) as n from sale group by buyerid)")
    assert 0.7 < back < 0.95


def test_about_a_third_of_the_listings_sell_out(query: Query) -> None:
    [(sold_out,)] = query("select avg((tickets = numtickets)::int) from sold")
    assert sold_out == pytest.approx(1 / 3, abs=0.03)


def test_a_sale_is_for_two_tickets_on_average(query: Query) -> None:
    [(quantity,)] = query("select avg(qtysold) from sale")
    assert quantity == pytest.approx(2, abs=0.1)


def test_likes_tell_what_a_user_buys(query: Query) -> None:
    likes = query(
        """
        select catid, avg(likemusicals::int), avg(liketheatre::int), avg(likeopera::int), avg(likerock::int)
        from sale
        inner join event using (eventid)
        inner join user on userid = buyerid
        group by catid
        order by catid
        """
    )
    for own, (catid, *answers) in enumerate(likes):
        others = [row[own + 1] for row in likes if row[0] != catid]
        assert answers[own] > max(others) + 0.1


def test_about_half_of_the_likes_are_not_given(query: Query) -> None:
    for like in truth.LIKES:
        assert query(f"select avg(({like} is not null)::int) from user")[0][0] == pytest.approx(
            truth.ANSWERED, abs=0.02
        )


# --- When


def test_every_month_has_listings_and_sales(query: Query) -> None:
    for table, time in (("listing", "listtime"), ("sale", "saletime")):
        months = [month for (month,) in query(f"select distinct month({time}) from {table} order by all")]
        assert months == list(range(1, 13))


def test_weekends_sell_more(query: Query) -> None:
    sales = dict(query("select isodow(saletime), count(*) from sale group by all"))
    assert min(sales[5], sales[6]) > 1.3 * max(sales[1], sales[2])


def test_sales_rise_towards_the_event(query: Query) -> None:
    weeks = dict(
        query(
            "select date_diff('second', saletime, starttime) // 604800, count(*) from sale "
            "inner join event using (eventid) group by all"
        )
    )
    assert all(weeks[week] > 1.2 * weeks[week + 1] for week in range(6))


def test_the_seasons_of_pop_and_opera_are_opposite(query: Query) -> None:
    seasons = dict(
        query(
            """
            select catid, count(*) filter (month(saletime) between 6 and 8)
                / count(*) filter (month(saletime) in (2, 3, 10, 11))
            from sale
            inner join event using (eventid)
            group by catid
            """
        )
    )
    assert seasons[9] > 1
    assert seasons[8] < 0.6


@pytest.mark.parametrize("anomaly", truth.ANOMALIES, ids=lambda anomaly: anomaly.day.isoformat())
def test_planted_anomalies_show(query: Query, anomaly: truth.Anomaly) -> None:
    """The day differs by its factor from the same weekday in the two weeks before and after."""
    [(on_the_day, usual)] = query(
        f"""
        with days as (
            select saletime::date - date '{anomaly.day}' as distance, count(*) as sales
            from sale
            inner join event using (eventid)
            where catid in {anomaly.catids} and abs(distance) in (0, 7, 14)
            group by distance
        )
        select max(sales) filter (distance = 0), avg(sales) filter (distance <> 0) from days
        """
    )
    assert on_the_day / usual == pytest.approx(anomaly.factor, rel=0.35)


# --- At what price


def test_elasticity_can_be_found_again(query: Query) -> None:
    """Within an event, orders fall with the price as the truth says.

    Looked at where a listing hardly ever runs out: a sold-out listing hides orders.
    """
    found = dict(
        query(
            """
            with
                priced as (
                    select
                        *,
                        ln(priceperticket) - avg(ln(priceperticket)) over (partition by eventid) as price,
                        count(*) over (partition by eventid) as listings
                    from sold
                ),
                binned as (
                    select *, ntile(8) over (partition by catid order by price) as bin
                    from priced
                    where listings >= 15 and numtickets >= 8
                ),
                averaged as (
                    select catid, avg(price) as price, ln(avg(orders)) as orders from binned group by catid, bin
                )
            select catid, -regr_slope(orders, price) from averaged group by catid
            """
        )
    )
    for category in truth.CATEGORIES:
        assert found[category.catid] == pytest.approx(category.elasticity, rel=0.3)
    assert found[8] < found[6] < found[7]


def test_early_listings_sell_better(query: Query) -> None:
    [(early, late)] = query(
        """
        select
            sum(tickets) filter (lead > 30) / sum(numtickets) filter (lead > 30),
            sum(tickets) filter (lead <= 7) / sum(numtickets) filter (lead <= 7)
        from (select *, date_diff('day', listtime, starttime) as lead from sold)
        """
    )
    assert early > 1.5 * late
