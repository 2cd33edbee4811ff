select
    s.saleid as sale_id,
    s.listid as listing_id,
    s.eventid as event_id,
    s.buyerid as buyer_id,
    s.sellerid as seller_id,
    s.dateid as date_id,
    s.saletime as sold_at,
    s.saletime::date as sold_date,
    s.qtysold as quantity_sold,
    -- In cents and in hundredths of a percent, so that a half is exact and goes away from zero.
    (round(round(s.pricepaid * 100) / s.qtysold) / 100)::decimal(8, 2) as ticket_price,
    s.pricepaid::decimal(8, 2) as price_paid,
    (round(10000 * round(s.commission * 100) / round(s.pricepaid * 100)) / 100)::decimal(5, 2) as commission_percent,
    s.commission::decimal(8, 2) as commission,
    s.pricepaid::decimal(8, 2) - s.commission::decimal(8, 2) as earnings,
    l.listtime as listed_at,
    e.eventname as event_name,
    e.starttime as event_starts_at,
    e.starttime::date - s.saletime::date as days_before_event,
    c.catgroup as category_group,
    c.catname as category_name,
    v.venuename as venue_name,
    v.venuecity as venue_city,
    v.venuestate as venue_state_code,
    b.username as buyer_username,
    b.city as buyer_city,
    b.state as buyer_state_code,
    u.username as seller_username,
    u.city as seller_city,
    u.state as seller_state_code,
    s.listid in (select listid from listing)
    and s.eventid in (select eventid from "event")
    and s.buyerid in (select userid from "user")
    and s.sellerid in (select userid from "user") as has_known_keys
from sale as s
left join listing as l on s.listid = l.listid
left join "event" as e on s.eventid = e.eventid
left join category as c on e.catid = c.catid
left join venue as v on e.venueid = v.venueid
left join "user" as b on s.buyerid = b.userid
left join "user" as u on s.sellerid = u.userid
