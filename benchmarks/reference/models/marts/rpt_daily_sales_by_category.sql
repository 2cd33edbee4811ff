-- One row is a day and a category.
select
    sold_date, category_group, category_name,
    count(*)::integer as sale_count,
    sum(quantity_sold)::integer as tickets_sold,
    sum(price_paid)::decimal(18, 2) as revenue,
    sum(commission)::decimal(18, 2) as commission
from {{ ref('fct_sales') }} as fct_sales
group by all
