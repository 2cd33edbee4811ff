-- One row is a listing that sold at least one ticket, with all its sales added up.
with

sales as (

    select * from {{ ref('stg_tickit__sales') }}
    {{ where_key_in_changed_months('listing_id', [(ref('stg_tickit__sales'), 'sold_at')]) }}

),

months as (

    select * from {{ ref('stg_tickit__delivered_months') }}

),

added_up as (

    select
        listing_id,
        cast(count(*) as integer) as sale_count,
        cast(sum(quantity_sold) as integer) as quantity_sold,
        cast(sum(price_paid) as decimal(18, 2)) as revenue,
        min(sold_at) as first_sold_at,
        max(sold_at) as last_sold_at
    from sales
    group by listing_id

),

final as (

    select
        added_up.*,
        months.delivery_version
    from added_up
    left join months
        on {{ dbt.date_trunc('month', 'added_up.last_sold_at') }} = months.month_start_date

)

select * from final
