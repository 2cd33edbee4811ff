-- One row is a day with at least one sale: its sales added up.
with

sales as (

    select * from {{ ref('fct_sales') }}

),

final as (

    select
        sales.sold_date,
        cast(count(*) as integer) as sale_count,
        cast(sum(sales.quantity_sold) as integer) as tickets_sold,
        cast(sum(sales.price_paid) as decimal(18, 2)) as revenue,
        cast(sum(sales.commission) as decimal(18, 2)) as commission
    from sales
    group by sales.sold_date

)

select * from final
