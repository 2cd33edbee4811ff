-- One row is a month and a seller.
select
    date_trunc('month', sold_at)::date as month_start_date, seller_id,
    count(*)::integer as sale_count,
    sum(quantity_sold)::integer as tickets_sold,
    sum(price_paid)::decimal(18, 2) as revenue,
    sum(commission)::decimal(18, 2) as commission,
    sum(price_paid - commission)::decimal(18, 2) as earnings
from {{ ref('stg_sales') }} as sale
group by all
