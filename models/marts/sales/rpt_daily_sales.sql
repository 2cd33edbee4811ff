-- One row is a day with at least one sale: its sales added up.
with

sales as (

    select * from {{ ref('fct_sales') }}
    {{ where_in_changed_months('sold_date') }}

),

final as (

    select
        sales.sold_date,
        cast(count(*) as integer) as sale_count,
        cast(sum(sales.quantity_sold) as integer) as tickets_sold,
        cast(sum(sales.price_paid) as decimal(18, 2)) as revenue,
        cast(sum(sales.commission) as decimal(18, 2)) as commission,
        max(sales.delivery_version) as delivery_version
    from sales
    group by sales.sold_date

)

select * from final
