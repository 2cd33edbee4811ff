-- One row is a purchase.
with event_joined as (
    select
        event_id, date_id, venue_id, category_id, event_name, starts_at,
        category_group, category_name, venue_name,
        venue.city as venue_city, venue.state_code as venue_state_code, nullif(seat_count, 0) as venue_seat_count
    from {{ ref('stg_events') }} as event
    left join {{ ref('stg_categories') }} as category using (category_id)
    left join {{ ref('stg_venues') }} as venue using (venue_id)
)

select
    sale_id, s.listing_id, s.event_id, buyer_id, s.seller_id, s.date_id, sold_at, sold_at::date as sold_date,
    quantity_sold,
    (round((100 * price_paid)::double / nullif(quantity_sold, 0)) / 100)::decimal(8, 2) as ticket_price,
    price_paid,
    (round(10000 * (100 * commission)::double / nullif((100 * price_paid)::double, 0)) / 100)::decimal(5, 2) as commission_percent,
    commission,
    (price_paid - commission)::decimal(8, 2) as earnings,
    listed_at,
    event_name, starts_at as event_starts_at,
    (starts_at::date - sold_at::date)::integer as days_before_event,
    category_group, category_name, venue_name, venue_city, venue_state_code,
    buyers.username as buyer_username, buyers.city as buyer_city, buyers.state_code as buyer_state_code,
    sellers.username as seller_username, sellers.city as seller_city, sellers.state_code as seller_state_code,
    l.listing_id is not null and e.event_id is not null and buyers.user_id is not null and sellers.user_id is not null
        as has_known_keys
from {{ ref('stg_sales') }} as s
left join {{ ref('stg_listings') }} as l on s.listing_id = l.listing_id
left join event_joined as e on s.event_id = e.event_id
left join {{ ref('stg_users') }} as buyers on buyer_id = buyers.user_id
left join {{ ref('stg_users') }} as sellers on s.seller_id = sellers.user_id
