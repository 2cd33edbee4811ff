-- Which categories earn the most? One row is a category; a sale of an unknown event counts under an
-- empty category.
select
    category_group,
    category_name,
    count(*) as sale_count,
    sum(quantity_sold) as tickets_sold,
    sum(price_paid) as revenue,
    sum(commission) as commission,
    sum(earnings) as earnings,
    {{ divide('sum(price_paid)', 'sum(quantity_sold)') }} as average_ticket_price,
    {{ divide('sum(price_paid)', 'count(*)') }} as average_order_value
from {{ ref('fct_sales') }}
group by category_group, category_name
order by revenue desc nulls last, category_group asc nulls last, category_name asc nulls last
