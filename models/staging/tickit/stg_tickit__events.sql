-- One row is a performance or game, at one venue and time.
with

events as (

    {{ usable_lines(ref('base_tickit__events'), 'event') }}

),

final as (

    select
        ---------- ids
        event_id,
        venue_id,
        category_id,
        date_id,

        ---------- strings
        event_name,

        ---------- timestamps
        starts_at
    from events

)

select * from final
