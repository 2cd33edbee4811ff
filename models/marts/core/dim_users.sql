-- One row is a registered user with the role that the user plays in the market: buyer, seller, both
-- or neither.
with

users as (

    select * from {{ ref('stg_tickit__users') }}

),

states as (

    select * from {{ ref('states') }}

),

buyers as (

    select * from {{ ref('int_buyers_extracted_from_users') }}

),

sellers as (

    select * from {{ ref('int_sellers_extracted_from_users') }}

),

final as (

    select
        users.user_id,
        users.username,
        users.city,
        users.state_code,
        states.state_name,
        states.country,
        states.region,
        states.division,
        cast(case
            when buyers.user_id is not null and sellers.user_id is not null then 'both'
            when buyers.user_id is not null then 'buyer'
            when sellers.user_id is not null then 'seller'
            else 'neither'
        end as varchar(7)) as persona,
        coalesce(buyers.purchase_count, 0) as purchase_count,
        coalesce(buyers.tickets_bought, 0) as tickets_bought,
        cast(coalesce(buyers.amount_spent, 0) as decimal(18, 2)) as amount_spent,
        buyers.first_bought_at,
        buyers.last_bought_at,
        coalesce(sellers.sale_count, 0) as sale_count,
        coalesce(sellers.tickets_sold, 0) as tickets_sold,
        cast(coalesce(sellers.amount_earned, 0) as decimal(18, 2)) as amount_earned,
        sellers.first_sold_at,
        sellers.last_sold_at
    from users
    left join states on users.state_code = states.state_code
    left join buyers on users.user_id = buyers.user_id
    left join sellers on users.user_id = sellers.user_id

)

select * from final
