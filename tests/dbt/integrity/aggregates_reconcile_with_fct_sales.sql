-- Guards: what the marts aggregate from sales adds up to the fact again. Sales of an unknown user
-- or listing are in the fact alone, so they are left out on its side: they have no name, no time.
with

sales as (

    select
        sum(case when buyer_username is not null then price_paid end) as amount_spent,
        sum(case when seller_username is not null then earnings end) as amount_earned,
        sum(case when listed_at is not null then price_paid end) as revenue,
        sum(case when listed_at is not null then quantity_sold end) as quantity_sold
    from {{ ref('fct_sales') }}

),

users as (

    select
        sum(amount_spent) as amount_spent,
        sum(amount_earned) as amount_earned
    from {{ ref('dim_users') }}

),

listings as (

    select
        sum(revenue) as revenue,
        sum(quantity_sold) as quantity_sold
    from {{ ref('fct_listings') }}

),

totals as (

    select
        'amount spent by dim_users' as measure,
        sales.amount_spent as expected,
        users.amount_spent as actual
    from sales
    cross join users

    union all

    select
        'amount earned by dim_users' as measure,
        sales.amount_earned as expected,
        users.amount_earned as actual
    from sales
    cross join users

    union all

    select
        'revenue of fct_listings' as measure,
        sales.revenue as expected,
        listings.revenue as actual
    from sales
    cross join listings

    union all

    select
        'tickets of fct_listings' as measure,
        sales.quantity_sold as expected,
        listings.quantity_sold as actual
    from sales
    cross join listings

)

select *
from totals
where coalesce(expected, 0) <> coalesce(actual, 0)
