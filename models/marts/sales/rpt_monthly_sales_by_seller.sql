-- One row is a month and a seller who sold in it: their sales added up.
with

sales as (

    select * from {{ ref('fct_sales') }}

),

final as (

    select
        cast({{ dbt.date_trunc('month', 'sales.sold_date') }} as date) as month_start_date,
        sales.seller_id,
        cast(count(*) as integer) as sale_count,
        cast(sum(sales.quantity_sold) as integer) as tickets_sold,
        cast(sum(sales.price_paid) as decimal(18, 2)) as revenue,
        cast(sum(sales.commission) as decimal(18, 2)) as commission,
        cast(sum(sales.earnings) as decimal(18, 2)) as earnings
    from sales
    group by 1, 2

)

select * from final
