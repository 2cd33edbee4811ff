-- One row is a purchase, with its event, venue, buyer and seller written out. No sale is lost by a
-- join.
{{ config(post_hook=after_commit("{{ delete_outdated(ref('stg_tickit__delivered_months')) }}")) }}

with

sales as (

    select * from {{ ref('stg_tickit__sales') }}
    {% if is_incremental() -%}
        where {{ is_in_months('sold_at', changed_months()) }}
    {%- endif %}

),

months as (

    select * from {{ ref('stg_tickit__delivered_months') }}

),

listings as (

    select * from {{ ref('stg_tickit__listings') }}

),

events as (

    select * from {{ ref('int_events_joined') }}

),

users as (

    select * from {{ ref('stg_tickit__users') }}

),

final as (

    select
        sales.sale_id,
        sales.listing_id,
        sales.event_id,
        sales.buyer_id,
        sales.seller_id,
        sales.date_id,
        sales.sold_at,
        cast(sales.sold_at as date) as sold_date,
        sales.quantity_sold,
        sales.ticket_price,
        sales.price_paid,
        sales.commission_percent,
        sales.commission,
        sales.earnings,
        listings.listed_at,
        events.event_name,
        events.starts_at as event_starts_at,
        {{ days_between('sales.sold_at', 'events.starts_at') }} as days_before_event,
        events.category_group,
        events.category_name,
        events.venue_name,
        events.venue_city,
        events.venue_state_code,
        buyers.username as buyer_username,
        buyers.city as buyer_city,
        buyers.state_code as buyer_state_code,
        sellers.username as seller_username,
        sellers.city as seller_city,
        sellers.state_code as seller_state_code,
        listings.listing_id is not null
        and events.event_id is not null
        and buyers.user_id is not null
        and sellers.user_id is not null as has_known_keys,
        months.delivery_version
    from sales
    left join months
        on {{ dbt.date_trunc('month', 'sales.sold_at') }} = months.month_start_date
    left join listings on sales.listing_id = listings.listing_id
    left join events on sales.event_id = events.event_id
    left join users as buyers on sales.buyer_id = buyers.user_id
    left join users as sellers on sales.seller_id = sellers.user_id

)

select * from final
