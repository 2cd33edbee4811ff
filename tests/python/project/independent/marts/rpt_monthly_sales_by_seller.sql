select
    date_trunc('month', saletime)::date as month_start_date,
    sellerid::integer as seller_id,
    count(*)::integer as sale_count,
    sum(qtysold)::integer as tickets_sold,
    sum(pricepaid::decimal(8, 2))::decimal(18, 2) as revenue,
    sum(commission::decimal(8, 2))::decimal(18, 2) as commission,
    sum(pricepaid::decimal(8, 2) - commission::decimal(8, 2))::decimal(18, 2) as earnings
from sale
group by all
