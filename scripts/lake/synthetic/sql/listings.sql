-- One row per listing, in the order of time, which is the order of listid. `demand` is relative; `price` is before the
-- price level of the lake is set.
create table listing as
with
    weighted as (
        -- Whole numbers, because their sums do not depend on the order of the terms.
        select eventid, round(1000000 * pow(popularity, getvariable('popularity_listings')))::bigint as weight
        from event
    ),
    shared as (
        -- The n-th event gets the listings between the n-1st and the n-th share of all: their sum is exact.
        select
            eventid,
            sum(weight) over (order by eventid) as last_weight,
            last_weight - weight as weight_before,
            sum(weight) over () as total,
        from weighted
    ),
    numbered as (
        select
            eventid,
            unnest(
                range(
                    (weight_before * getvariable('listings') // total)::bigint,
                    (last_weight * getvariable('listings') // total)::bigint
                )
            ) as listing_number,
        from shared
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
    row_number() over () as listid,
    *,
from (
    -- Narrow types: at scale 1,000 this sorts 192 million rows.
    select
        seller_userid(seller_rank)::integer as sellerid,
        eventid::integer as eventid,
        catid::tinyint as catid,
        listing_day::smallint as listing_day,
        event_day::smallint as event_day,
        listtime,
        starttime,
        numtickets::tinyint as numtickets,
        fair_price * markup as price,
        pow(popularity, getvariable('popularity_demand'))
        * pow(markup, -elasticity)
        * (last_day.last_slot - first_day.slots_before) as demand,
    from drawn
    inner join category_market using (catid)
    inner join ticket_slot using (ticket_number)
    inner join sale_calendar as first_day on first_day.catid = drawn.catid and first_day.day = listing_day
    inner join sale_calendar as last_day on last_day.catid = drawn.catid and last_day.day = event_day
    order by listtime, listing_number
);

set variable mean_demand = (
    select sum(round(1000 * demand)::bigint) / 1000 / count(*) from listing
);

create view listing_out as
select
    listid,
    sellerid,
    eventid,
    1826 + listing_day as dateid,
    numtickets,
    final_price(price) as priceperticket,
    (numtickets * priceperticket)::decimal(8, 2) as totalprice,
    listtime,
from listing;
