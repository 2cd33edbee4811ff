-- Guards: what the marts aggregate from sales adds up to the fact again. Sales of an unknown user
-- or listing are in the fact alone, so they are left out on its side.
with

sales as (

    select * from {{ ref('fct_sales') }}

),

totals as (

    select
        'amount spent by dim_users' as measure,
        (
            select sum(sales.price_paid)
            from sales
            inner join {{ ref('dim_users') }} as users on sales.buyer_id = users.user_id
        ) as expected,
        (select sum(amount_spent) from {{ ref('dim_users') }}) as actual

    union all

    select
        'amount earned by dim_users' as measure,
        (
            select sum(sales.earnings)
            from sales
            inner join {{ ref('dim_users') }} as users on sales.seller_id = users.user_id
        ) as expected,
        (select sum(amount_earned) from {{ ref('dim_users') }}) as actual

    union all

    select
        'revenue of fct_listings' as measure,
        (
            select sum(sales.price_paid)
            from sales
            inner join {{ ref('fct_listings') }} as listings
                on sales.listing_id = listings.listing_id
        ) as expected,
        (select sum(revenue) from {{ ref('fct_listings') }}) as actual

    union all

    select
        'tickets of fct_listings' as measure,
        (
            select sum(sales.quantity_sold)
            from sales
            inner join {{ ref('fct_listings') }} as listings
                on sales.listing_id = listings.listing_id
        ) as expected,
        (select sum(quantity_sold) from {{ ref('fct_listings') }}) as actual

)

select *
from totals
where coalesce(expected, 0) <> coalesce(actual, 0)
