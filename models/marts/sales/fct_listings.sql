-- One row is an offer of a seller, with what became of it. No listing is lost by a join.
{{ config(post_hook=after_commit("{{ delete_outdated(ref('stg_tickit__delivered_months')) }}")) }}

with

months as (

    select * from {{ ref('stg_tickit__delivered_months') }}

),

listings as (

    select * from {{ ref('stg_tickit__listings') }}
    {% if is_incremental() -%}
        {%- set changed = changed_months() -%}
        where listing_id in (
            select listing_id from {{ ref('stg_tickit__listings') }}
            where {{ is_in_months('listed_at', changed) }}
            union all
            select listing_id from {{ ref('stg_tickit__sales') }}
            where {{ is_in_months('sold_at', changed) }}
            union all
            -- A sale that is gone has no row in staging.
            select listing_id from {{ this }}
            where delivery_version not in (select delivery_version from months)
        )
    {%- endif %}

),

sold as (

    select
        listing_id,
        cast(count(*) as integer) as sale_count,
        cast(sum(quantity_sold) as integer) as quantity_sold,
        cast(sum(price_paid) as decimal(18, 2)) as revenue,
        min(sold_at) as first_sold_at,
        max(sold_at) as last_sold_at
    from {{ ref('stg_tickit__sales') }}
    {% if is_incremental() -%}
        where listing_id in (select listing_id from listings)
    {%- endif %}
    group by listing_id

),

events as (

    select * from {{ ref('int_events_joined') }}

),

sellers as (

    select * from {{ ref('stg_tickit__users') }}

),

final as (

    select
        listings.listing_id,
        listings.event_id,
        listings.seller_id,
        listings.date_id,
        listings.listed_at,
        cast(listings.listed_at as date) as listed_date,
        listings.ticket_count,
        listings.price_per_ticket,
        listings.total_price,
        coalesce(sold.sale_count, 0) as sale_count,
        coalesce(sold.quantity_sold, 0) as quantity_sold,
        listings.ticket_count - coalesce(sold.quantity_sold, 0) as quantity_remaining,
        cast(
            {{ divide('100 * coalesce(sold.quantity_sold, 0)', 'listings.ticket_count') }}
            as decimal(18, 2)
        ) as sell_through_percent,
        coalesce(sold.quantity_sold, 0) >= listings.ticket_count as is_sold_out,
        cast(coalesce(sold.revenue, 0) as decimal(18, 2)) as revenue,
        sold.first_sold_at,
        sold.last_sold_at,
        {{ days_between('listings.listed_at', 'sold.first_sold_at') }} as days_to_first_sale,
        case
            when sold.quantity_sold >= listings.ticket_count
                then {{ days_between('listings.listed_at', 'sold.last_sold_at') }}
        end as days_to_sell_out,
        events.event_name,
        events.starts_at as event_starts_at,
        events.category_group,
        events.category_name,
        events.venue_name,
        events.venue_city,
        events.venue_state_code,
        sellers.username as seller_username,
        sellers.city as seller_city,
        sellers.state_code as seller_state_code,
        events.event_id is not null and sellers.user_id is not null as has_known_keys,
        months.delivery_version
    from listings
    left join sold on listings.listing_id = sold.listing_id
    -- The month that it is as of: when it was listed or last sold from.
    left join months
        on {{ dbt.date_trunc('month', 'greatest(listings.listed_at, sold.last_sold_at)') }}
        = months.month_start_date
    left join events on listings.event_id = events.event_id
    left join sellers on listings.seller_id = sellers.user_id

)

select * from final
