-- One row is a place where events happen.
with

venues as (

    {{ usable_lines(ref('base_tickit__venues'), 'venue') }}

),

final as (

    select
        ---------- ids
        venue_id,

        ---------- strings
        venue_name,
        city,
        state_code,

        ---------- numerics
        seat_count
    from venues

)

select * from final
