-- How do sales go through the year? One row is a month.
with

sales as (

    select * from {{ ref('fct_sales') }}

),

dates as (

    select * from {{ ref('dim_dates') }}

)

select
    dates.month_start_date,
    count(*) as sale_count,
    sum(sales.quantity_sold) as tickets_sold,
    sum(sales.price_paid) as revenue,
    sum(sales.commission) as commission,
    {{ divide('sum(sales.price_paid)', 'sum(sales.quantity_sold)') }} as average_ticket_price
from sales
inner join dates on sales.date_id = dates.date_id
group by dates.month_start_date
order by dates.month_start_date
