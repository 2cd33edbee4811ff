with t as (
    select
        listid,
        count(*) as n,
        sum(qtysold) as tickets,
        round(sum(pricepaid), 2)::decimal(18, 2) as revenue,
        min(saletime) as first_sale,
        max(saletime) as last_sale
    from sale
    group by listid
)

select
    l.listid as listing_id,
    l.eventid as event_id,
    l.sellerid as seller_id,
    l.dateid as date_id,
    l.listtime as listed_at,
    l.listtime::date as listed_date,
    l.numtickets as ticket_count,
    l.priceperticket::decimal(8, 2) as price_per_ticket,
    l.totalprice::decimal(8, 2) as total_price,
    ifnull(t.n, 0) as sale_count,
    ifnull(t.tickets, 0) as quantity_sold,
    l.numtickets - ifnull(t.tickets, 0) as quantity_remaining,
    -- In hundredths of a percent, so that a half is exact and goes away from zero.
    (round(10000.0 * ifnull(t.tickets, 0) / l.numtickets) / 100)::decimal(18, 2) as sell_through_percent,
    l.numtickets <= ifnull(t.tickets, 0) as is_sold_out,
    ifnull(t.revenue, 0) as revenue,
    t.first_sale as first_sold_at,
    t.last_sale as last_sold_at,
    t.first_sale::date - l.listtime::date as days_to_first_sale,
    if(t.tickets >= l.numtickets, t.last_sale::date - l.listtime::date, null) as days_to_sell_out,
    e.eventname as event_name,
    e.starttime as event_starts_at,
    c.catgroup as category_group,
    c.catname as category_name,
    v.venuename as venue_name,
    v.venuecity as venue_city,
    v.venuestate as venue_state_code,
    u.username as seller_username,
    u.city as seller_city,
    u.state as seller_state_code,
    l.eventid in (select eventid from "event") and l.sellerid in (select userid from "user") as has_known_keys
from listing as l
left join t on l.listid = t.listid
left join "event" as e on l.eventid = e.eventid
left join category as c on e.catid = c.catid
left join venue as v on e.venueid = v.venueid
left join "user" as u on l.sellerid = u.userid
