-- One row is a day and a venue.
select
    sold_at::date as sold_date, venue_id,
    count(*)::integer as sale_count,
    sum(quantity_sold)::integer as tickets_sold,
    sum(price_paid)::decimal(18, 2) as revenue,
    sum(commission)::decimal(18, 2) as commission
from {{ ref('stg_sales') }} as sale
left join {{ ref('stg_events') }} as event using (event_id)
group by all
