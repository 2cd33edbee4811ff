-- One row is a listing that sold at least one ticket, with all its sales added up.
with

sales as (

    select * from {{ ref('stg_tickit__sales') }}

),

final as (

    select
        listing_id,
        cast(count(*) as integer) as sale_count,
        cast(sum(quantity_sold) as integer) as quantity_sold,
        cast(sum(price_paid) as decimal(18, 2)) as revenue,
        min(sold_at) as first_sold_at,
        max(sold_at) as last_sold_at
    from sales
    group by listing_id

)

select * from final
