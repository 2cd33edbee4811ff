-- Listings with the numbers from `first` to before `next`.
insert into drawn_listing
with
    numbered as (
        select
            eventid,
            unnest(
                range(
                    greatest(first_listing, getvariable('first')),
                    least(next_listing, getvariable('next'))
                )
            ) as listing_number,
        from event_share
        where next_listing > getvariable('first') and first_listing < getvariable('next')
    ),
    drawn as (
        select
            eventid,
            catid,
            listing_number,
            starttime,
            event.day as event_day,
            event_day - pick(
                least(getvariable('longest_lead_days'), event_day - 1),
                uniform('lead', listing_number),
                getvariable('lead_skew')
            ) as listing_day,
            moment(listing_day, second_of_day('listing', listing_number)) as listtime,
            trader(getvariable('sellers'), uniform('seller', listing_number)) as seller_rank,
            pick(1000, uniform('tickets', listing_number)) as ticket_number,
            exp(getvariable('price_spread') * normal('price', listing_number)) as markup,
            popularity,
            fair_price,
        from numbered
        inner join event using (eventid)
    )
select
    listing_number,
    seller_userid(seller_rank) as sellerid,
    eventid,
    catid,
    listing_day,
    event_day,
    listtime,
    starttime,
    numtickets,
    fair_price * markup as price,
    pow(popularity, getvariable('popularity_demand'))
    * pow(markup, -elasticity)
    * (last_day.last_slot - first_day.slots_before) as demand,
from drawn
inner join category_market using (catid)
inner join ticket_slot using (ticket_number)
inner join sale_calendar as first_day on first_day.catid = drawn.catid and first_day.day = listing_day
inner join sale_calendar as last_day on last_day.catid = drawn.catid and last_day.day = event_day
order by listing_number;
