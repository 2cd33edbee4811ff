-- One row is a user who ever sold a ticket, with the first and the last time.
with

users as (

    select * from {{ ref('stg_tickit__users') }}

),

sales as (

    select * from {{ ref('stg_tickit__sales') }}

),

sold as (

    select
        seller_id,
        cast(count(*) as integer) as sale_count,
        cast(sum(quantity_sold) as integer) as tickets_sold,
        cast(sum(earnings) as decimal(18, 2)) as amount_earned,
        min(sold_at) as first_sold_at,
        max(sold_at) as last_sold_at
    from sales
    group by seller_id

),

final as (

    select
        users.user_id,
        sold.sale_count,
        sold.tickets_sold,
        sold.amount_earned,
        sold.first_sold_at,
        sold.last_sold_at
    from users
    inner join sold on users.user_id = sold.seller_id

)

select * from final
