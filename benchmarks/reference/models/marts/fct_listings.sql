-- One row is an offer of a seller.
with sold as (
    select
        listing_id,
        count(*)::integer as sale_count,
        sum(quantity_sold)::integer as quantity_sold,
        sum(price_paid)::decimal(18, 2) as revenue,
        min(sold_at) as first_sold_at,
        max(sold_at) as last_sold_at
    from {{ ref('stg_sales') }} as sale
    group by listing_id
),

event_joined as (
    select
        event_id, date_id, venue_id, category_id, event_name, starts_at,
        category_group, category_name, venue_name,
        venue.city as venue_city, venue.state_code as venue_state_code, nullif(seat_count, 0) as venue_seat_count
    from {{ ref('stg_events') }} as event
    left join {{ ref('stg_categories') }} as category using (category_id)
    left join {{ ref('stg_venues') }} as venue using (venue_id)
)

select
    listing_id, l.event_id, seller_id, l.date_id, listed_at, listed_at::date as listed_date,
    ticket_count, price_per_ticket, total_price,
    coalesce(sale_count, 0) as sale_count,
    coalesce(quantity_sold, 0) as quantity_sold,
    ticket_count - coalesce(quantity_sold, 0) as quantity_remaining,
    (round(10000 * coalesce(quantity_sold, 0)::double / nullif(ticket_count, 0)) / 100)::decimal(18, 2)
        as sell_through_percent,
    coalesce(quantity_sold, 0) >= ticket_count as is_sold_out,
    coalesce(revenue, 0)::decimal(18, 2) as revenue,
    first_sold_at,
    last_sold_at,
    (first_sold_at::date - listed_at::date)::integer as days_to_first_sale,
    case when quantity_sold >= ticket_count then (last_sold_at::date - listed_at::date)::integer end
        as days_to_sell_out,
    event_name, starts_at as event_starts_at, category_group, category_name,
    venue_name, venue_city, venue_state_code,
    username as seller_username, u.city as seller_city, u.state_code as seller_state_code,
    e.event_id is not null and user_id is not null as has_known_keys
from {{ ref('stg_listings') }} as l
left join sold using (listing_id)
left join event_joined as e on l.event_id = e.event_id
left join {{ ref('stg_users') }} as u on seller_id = user_id
