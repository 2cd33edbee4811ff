select
    catgroup as category_group,
    catname as category_name,
    count(*) as sale_count,
    sum(qtysold) as tickets_sold,
    round(sum(pricepaid), 2)::decimal(18, 2) as revenue,
    round(sum(commission), 2)::decimal(18, 2) as commission,
    round(sum(pricepaid) - sum(commission), 2)::decimal(18, 2) as earnings,
    (round(100 * revenue / tickets_sold) / 100)::decimal(18, 2) as average_ticket_price,
    (round(100 * revenue / sale_count) / 100)::decimal(18, 2) as average_order_value
from sale
left join "event" using (eventid)
left join category using (catid)
group by catgroup, catname
order by revenue desc, category_group, category_name
