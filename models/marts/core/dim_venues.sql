-- One row is a place where events happen.
with

venues as (

    select * from {{ ref('stg_tickit__venues') }}

),

states as (

    select * from {{ ref('states') }}

),

final as (

    select
        venues.venue_id,
        venues.venue_name,
        venues.city,
        venues.state_code,
        states.state_name,
        states.country,
        states.region,
        states.division,
        -- The source writes 0 where it does not know.
        nullif(venues.seat_count, 0) as seat_count
    from venues
    left join states on venues.state_code = states.state_code

)

select * from final
