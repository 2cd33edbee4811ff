-- Which events gross the most? The 99th percentile: one row is one of the top hundredth of the
-- events that sold.
with

events as (

    select
        event_id,
        event_name,
        event_starts_at,
        category_name,
        venue_name,
        count(*) as sale_count,
        sum(quantity_sold) as tickets_sold,
        sum(price_paid) as revenue
    from {{ ref('fct_sales') }}
    group by event_id, event_name, event_starts_at, category_name, venue_name

),

ranked as (

    select
        *,
        percent_rank() over (order by revenue nulls first) as revenue_percent_rank
    from events

)

select
    event_id,
    event_name,
    event_starts_at,
    category_name,
    venue_name,
    sale_count,
    tickets_sold,
    revenue,
    {{ divide('revenue', 'tickets_sold') }} as average_ticket_price
from ranked
where revenue_percent_rank >= 0.99
order by revenue desc nulls last, event_id asc
