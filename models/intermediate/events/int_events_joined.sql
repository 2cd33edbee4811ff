-- One row is an event with its category and venue written out; an event with an unknown key stays,
-- without them.
with

events as (

    select * from {{ ref('stg_tickit__events') }}

),

categories as (

    select * from {{ ref('stg_tickit__categories') }}

),

venues as (

    select * from {{ ref('stg_tickit__venues') }}

),

final as (

    select
        events.event_id,
        events.date_id,
        events.venue_id,
        events.category_id,
        events.event_name,
        events.starts_at,
        categories.category_group,
        categories.category_name,
        categories.category_description,
        venues.venue_name,
        venues.city as venue_city,
        venues.state_code as venue_state_code,
        -- The source writes 0 where it does not know.
        nullif(venues.seat_count, 0) as venue_seat_count
    from events
    left join categories on events.category_id = categories.category_id
    left join venues on events.venue_id = venues.venue_id

)

select * from final
