with grossing as (
    select
        eventid,
        count(*) as sale_count,
        sum(qtysold) as tickets_sold,
        round(sum(pricepaid), 2)::decimal(18, 2) as revenue
    from sale
    group by eventid
)

select
    eventid as event_id,
    eventname as event_name,
    starttime as event_starts_at,
    catname as category_name,
    venuename as venue_name,
    sale_count,
    tickets_sold,
    revenue,
    (round(100 * revenue / tickets_sold) / 100)::decimal(18, 2) as average_ticket_price
from grossing as g
left join "event" using (eventid)
left join category using (catid)
left join venue using (venueid)
-- At least 99 of 100 of the others gross less.
where (select 100 * count(*) from grossing where revenue < g.revenue) >= 99 * (select count(*) - 1 from grossing)
order by revenue desc, event_id
