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
    {{ where_key_in_changed_months('user_id', [('sales', 'sold_at')]) }}

),

months as (

    select * from {{ ref('stg_tickit__delivered_months') }}

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
    {{ 'where user_id in (select user_id from users)' if builds_on_itself() }}
    group by user_id

),

final as (

    select
        sold.user_id,
        sold.sale_count,
        sold.tickets_sold,
        sold.amount_earned,
        sold.first_sold_at,
        sold.last_sold_at,
        months.delivery_version
    from sold
    inner join users on sold.user_id = users.user_id
    left join months
        on {{ dbt.date_trunc('month', 'sold.last_sold_at') }} = months.month_start_date

)

select * from final
