-- One row is an offer of a seller: tickets to one event at one price.
with

listings as (

    {{ usable_lines(ref('base_tickit__listings'), 'listing') }}

),

final as (

    select
        ---------- ids
        listing_id,
        seller_id,
        event_id,
        date_id,

        ---------- numerics
        ticket_count,
        price_per_ticket,
        total_price,

        ---------- timestamps
        listed_at
    from listings

)

select * from final
