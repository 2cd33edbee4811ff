-- One row is a day and a venue with at least one sale: their sales added up.
with

sales as (

    select * from {{ ref('fct_sales') }}

),

events as (

    select * from {{ ref('dim_events') }}

),

final as (

    select
        sales.sold_date,
        events.venue_id,
        cast(count(*) as integer) as sale_count,
        cast(sum(sales.quantity_sold) as integer) as tickets_sold,
        cast(sum(sales.price_paid) as decimal(18, 2)) as revenue,
        cast(sum(sales.commission) as decimal(18, 2)) as commission
    from sales
    left join events on sales.event_id = events.event_id
    group by sales.sold_date, events.venue_id

)

select * from final
