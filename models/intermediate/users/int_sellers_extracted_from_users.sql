-- One row is a user who ever sold a ticket, with the first and the last time.
with

sales as (

    select
        seller_id as user_id,
        quantity_sold,
        earnings,
        sold_at
    from {{ ref('stg_tickit__sales') }}

),

users as (

    select user_id from {{ ref('stg_tickit__users') }}

),

sold as (

    select
        user_id,
        cast(count(*) as integer) as sale_count,
        cast(sum(quantity_sold) as integer) as tickets_sold,
        cast(sum(earnings) as decimal(18, 2)) as amount_earned,
        min(sold_at) as first_sold_at,
        max(sold_at) as last_sold_at
    from sales
    group by user_id

),

final as (

    select
        sold.user_id,
        sold.sale_count,
        sold.tickets_sold,
        sold.amount_earned,
        sold.first_sold_at,
        sold.last_sold_at
    from sold
    inner join users on sold.user_id = users.user_id

)

select * from final
