-- Who sells the most? The 99.9th percentile: one row is one of the top thousandth of the users who
-- sold.
with

sellers as (

    select
        user_id,
        username,
        city,
        state_code,
        sale_count,
        tickets_sold,
        amount_earned
    from {{ ref('dim_users') }}
    where sale_count > 0

),

ranked as (

    select
        *,
        percent_rank() over (order by amount_earned nulls first) as earned_percent_rank
    from sellers

)

select
    user_id,
    username,
    city,
    state_code,
    sale_count,
    tickets_sold,
    amount_earned,
    {{ divide('amount_earned', 'sale_count') }} as earned_per_sale
from ranked
where earned_percent_rank >= 0.999
order by amount_earned desc nulls last, user_id asc
