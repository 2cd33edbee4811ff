select
    date_trunc('month', saletime)::date as month_start_date,
    count(*) as sale_count,
    sum(qtysold) as tickets_sold,
    round(sum(pricepaid), 2)::decimal(18, 2) as revenue,
    round(sum(commission), 2)::decimal(18, 2) as commission,
    round(sum(pricepaid) - sum(commission), 2)::decimal(18, 2) as earnings,
    (round(100 * revenue / tickets_sold) / 100)::decimal(18, 2) as average_ticket_price,
    (round(100 * revenue / sale_count) / 100)::decimal(18, 2) as average_order_value
from sale
group by 1
order by 1
