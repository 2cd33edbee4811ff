-- One row is a registered user.
with buyer as (
    select
        buyer_id as user_id,
        count(*)::integer as purchase_count,
        sum(quantity_sold)::integer as tickets_bought,
        sum(price_paid)::decimal(18, 2) as amount_spent,
        min(sold_at) as first_bought_at,
        max(sold_at) as last_bought_at
    from {{ ref('stg_sales') }} as sale
    group by buyer_id
),

seller as (
    select
        seller_id as user_id,
        count(*)::integer as sale_count,
        sum(quantity_sold)::integer as tickets_sold,
        (sum(price_paid) - sum(commission))::decimal(18, 2) as amount_earned,
        min(sold_at) as first_sold_at,
        max(sold_at) as last_sold_at
    from {{ ref('stg_sales') }} as sale
    group by seller_id
)

select
    user_id, username, city, state_code, state_name, country, region, division,
    case
        when buyer.user_id is not null and seller.user_id is not null then 'both'
        when buyer.user_id is not null then 'buyer'
        when seller.user_id is not null then 'seller'
        else 'neither'
    end as persona,
    coalesce(purchase_count, 0) as purchase_count,
    coalesce(tickets_bought, 0) as tickets_bought,
    coalesce(amount_spent, 0)::decimal(18, 2) as amount_spent,
    first_bought_at,
    last_bought_at,
    coalesce(sale_count, 0) as sale_count,
    coalesce(tickets_sold, 0) as tickets_sold,
    coalesce(amount_earned, 0)::decimal(18, 2) as amount_earned,
    first_sold_at,
    last_sold_at
from {{ ref('stg_users') }} as users
left join {{ ref('states') }} as states using (state_code)
left join buyer using (user_id)
left join seller using (user_id)
