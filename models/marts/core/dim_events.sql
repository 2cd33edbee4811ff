-- One row is a performance or game, at one venue and time.
with

events as (

    select * from {{ ref('int_events_joined') }}

),

dates as (

    select * from {{ ref('dim_dates') }}

),

final as (

    select
        events.event_id,
        events.event_name,
        events.starts_at,
        cast(events.starts_at as date) as event_date,
        events.date_id,
        dates.week_of_year,
        dates.quarter_of_year,
        dates.is_weekend,
        dates.is_holiday,
        events.category_id,
        events.category_group,
        events.category_name,
        events.category_description,
        events.venue_id,
        events.venue_name,
        events.venue_city,
        events.venue_state_code,
        events.venue_seat_count
    from events
    left join dates on cast(events.starts_at as date) = dates.calendar_date

)

select * from final
