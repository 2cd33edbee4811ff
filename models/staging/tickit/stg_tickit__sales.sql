-- One row is a purchase: some tickets of one listing, bought by one user.
with

sales as (

    {{ usable_lines(ref('base_tickit__sales'), 'sale') }}

),

final as (

    select
        ---------- ids
        sale_id,
        listing_id,
        seller_id,
        buyer_id,
        event_id,
        date_id,

        ---------- numerics
        quantity_sold,
        cast({{ divide('price_paid', 'quantity_sold') }} as decimal(8, 2)) as ticket_price,
        price_paid,
        cast({{ divide('100 * commission', 'price_paid') }} as decimal(5, 2)) as commission_percent,
        commission,
        cast(price_paid - commission as decimal(8, 2)) as earnings,

        ---------- timestamps
        sold_at
    from sales

)

select * from final
