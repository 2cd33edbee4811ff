select
    saletime::date as sold_date,
    catgroup as category_group,
    catname as category_name,
    count(*)::integer as sale_count,
    sum(qtysold)::integer as tickets_sold,
    sum(pricepaid::decimal(8, 2))::decimal(18, 2) as revenue,
    sum(commission::decimal(8, 2))::decimal(18, 2) as commission
from sale
left join "event" using (eventid)
left join category using (catid)
group by all
