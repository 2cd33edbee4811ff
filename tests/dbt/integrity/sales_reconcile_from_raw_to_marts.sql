-- Guards: money and tickets are the same at every step. What the raw lines that staging kept say,
-- added up, equals the fact, the listings' totals, the buyers' and the sellers'.
with

-- The lines themselves, not stg_tickit__sales: less those that were rejected.
raw_sales as (

    select
        sum(price_paid) as price_paid,
        sum(commission) as commission,
        sum(quantity_sold) as quantity_sold,
        count(*) as sale_count
    from {{ ref('base_tickit__sales') }}
    where reject_reason is null

),

repeats as (

    select
        coalesce(sum(price_paid), 0) as price_paid,
        coalesce(sum(commission), 0) as commission,
        coalesce(sum(quantity_sold), 0) as quantity_sold,
        count(*) as sale_count
    from ({{ lines_with_repeated_key(ref('base_tickit__sales'), 'sale') }}) as ranked
    where occurrence > 1

),

fact as (

    select
        sum(price_paid) as price_paid,
        sum(commission) as commission,
        sum(earnings) as earnings,
        sum(quantity_sold) as quantity_sold,
        count(*) as sale_count
    from {{ ref('fct_sales') }}

)

select
    fact.*,
    raw_sales.price_paid as raw_price_paid,
    repeats.price_paid as repeated_price_paid
from raw_sales
cross join repeats
cross join fact
where
    raw_sales.price_paid - repeats.price_paid <> fact.price_paid
    or raw_sales.commission - repeats.commission <> fact.commission
    or raw_sales.quantity_sold - repeats.quantity_sold <> fact.quantity_sold
    or raw_sales.sale_count - repeats.sale_count <> fact.sale_count
    or fact.price_paid <> fact.commission + fact.earnings
