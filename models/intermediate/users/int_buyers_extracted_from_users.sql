-- One row is a user who ever bought a ticket, with the first and the last time.
with

sales as (

    select
        buyer_id as user_id,
        quantity_sold,
        price_paid,
        sold_at
    from {{ ref('stg_tickit__sales') }}

),

users as (

    select user_id from {{ ref('stg_tickit__users') }}

),

bought as (

    select
        user_id,
        cast(count(*) as integer) as purchase_count,
        cast(sum(quantity_sold) as integer) as tickets_bought,
        cast(sum(price_paid) as decimal(18, 2)) as amount_spent,
        min(sold_at) as first_bought_at,
        max(sold_at) as last_bought_at
    from sales
    group by user_id

),

final as (

    select
        bought.user_id,
        bought.purchase_count,
        bought.tickets_bought,
        bought.amount_spent,
        bought.first_bought_at,
        bought.last_bought_at
    from bought
    inner join users on bought.user_id = users.user_id

)

select * from final
