-- How do sales go through the year? One row is a month.
with

sales as (

    select
        cast({{ dbt.date_trunc('month', 'sold_at') }} as date) as month_start_date,
        quantity_sold,
        price_paid,
        commission,
        earnings
    from {{ ref('fct_sales') }}

)

select
    month_start_date,
    count(*) as sale_count,
    sum(quantity_sold) as tickets_sold,
    sum(price_paid) as revenue,
    sum(commission) as commission,
    sum(earnings) as earnings,
    {{ divide('sum(price_paid)', 'sum(quantity_sold)') }} as average_ticket_price,
    {{ divide('sum(price_paid)', 'count(*)') }} as average_order_value
from sales
group by month_start_date
order by month_start_date
