-- Guards: no listing sells more tickets than it offered.
select
    listing_id,
    ticket_count,
    quantity_sold
from {{ ref('fct_listings') }}
where quantity_sold > ticket_count
