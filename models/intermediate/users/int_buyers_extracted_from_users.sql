-- One row is a user who ever bought a ticket, with the first and the last time.
with

users as (

    select * from {{ ref('stg_tickit__users') }}

),

sales as (

    select * from {{ ref('stg_tickit__sales') }}

),

purchases as (

    select
        buyer_id,
        cast(count(*) as integer) as purchase_count,
        cast(sum(quantity_sold) as integer) as tickets_bought,
        cast(sum(price_paid) as decimal(18, 2)) as amount_spent,
        min(sold_at) as first_bought_at,
        max(sold_at) as last_bought_at
    from sales
    group by buyer_id

),

final as (

    select
        users.user_id,
        purchases.purchase_count,
        purchases.tickets_bought,
        purchases.amount_spent,
        purchases.first_bought_at,
        purchases.last_bought_at
    from users
    inner join purchases on users.user_id = purchases.buyer_id

)

select * from final
