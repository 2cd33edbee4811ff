-- One row is a registered user with the role that the user plays in the market: buyer, seller, both
-- or neither.
with

users as (

    select * from {{ ref('stg_tickit__users') }}
    {{ where_key_in_changed_months('user_id', [
        (ref('int_buyers_extracted_from_users'), 'last_bought_at'),
        (ref('int_sellers_extracted_from_users'), 'last_sold_at'),
        (ref('stg_tickit__users'), first_month()),
    ]) }}

),

months as (

    select * from {{ ref('stg_tickit__delivered_months') }}

),

first_month as (

    select min(month_start_date) as month_start_date from months

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
        sellers.last_sold_at,
        months.delivery_version
    from users
    left join states on users.state_code = states.state_code
    left join buyers on users.user_id = buyers.user_id
    left join sellers on users.user_id = sellers.user_id
    cross join first_month
    -- The month that it is as of: when the user last did something, or the first.
    left join months
        on
        coalesce(
            {{ dbt.date_trunc('month', 'greatest(buyers.last_bought_at, sellers.last_sold_at)') }},
            first_month.month_start_date
        ) = months.month_start_date

)

select * from final
