-- One row is a day and a category with at least one sale: their sales added up.
with

sales as (

    select * from {{ ref('fct_sales') }}

),

final as (

    select
        sales.sold_date,
        sales.category_group,
        sales.category_name,
        cast(count(*) as integer) as sale_count,
        cast(sum(sales.quantity_sold) as integer) as tickets_sold,
        cast(sum(sales.price_paid) as decimal(18, 2)) as revenue,
        cast(sum(sales.commission) as decimal(18, 2)) as commission
    from sales
    group by sales.sold_date, sales.category_group, sales.category_name

)

select * from final
