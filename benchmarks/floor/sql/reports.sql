-- What people read daily, from the facts.

create table rpt_daily_sales_by_category as
select
    sold_date, category_group, category_name,
    count(*)::integer as sale_count,
    sum(quantity_sold)::integer as tickets_sold,
    sum(price_paid)::decimal(18, 2) as revenue,
    sum(commission)::decimal(18, 2) as commission
from fct_sales
group by all;

create table rpt_daily_sales as
select
    sold_date,
    sum(sale_count)::integer as sale_count,
    sum(tickets_sold)::integer as tickets_sold,
    sum(revenue)::decimal(18, 2) as revenue,
    sum(commission)::decimal(18, 2) as commission
from rpt_daily_sales_by_category
group by all;

create table rpt_daily_sales_by_venue as
select
    sold_at::date as sold_date, venue_id,
    count(*)::integer as sale_count,
    sum(quantity_sold)::integer as tickets_sold,
    sum(price_paid)::decimal(18, 2) as revenue,
    sum(commission)::decimal(18, 2) as commission
from sale
left join event using (event_id)
group by all;

create table rpt_monthly_sales_by_seller as
select
    date_trunc('month', sold_at)::date as month_start_date, seller_id,
    count(*)::integer as sale_count,
    sum(quantity_sold)::integer as tickets_sold,
    sum(price_paid)::decimal(18, 2) as revenue,
    sum(commission)::decimal(18, 2) as commission,
    sum(price_paid - commission)::decimal(18, 2) as earnings
from sale
group by all;
