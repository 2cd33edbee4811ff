-- One row is a performance or game.
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
    event_id, event_name, starts_at, starts_at::date as event_date,
    event_joined.date_id, is_weekend, is_holiday,
    category_id, category_group, category_name,
    venue_id, venue_name, venue_city, venue_state_code, venue_seat_count
from event_joined
left join {{ ref('dim_dates') }} as dim_dates on starts_at::date = calendar_date
