-- One row is a place where events happen.
select
    venue_id, venue_name, city, state_code, state_name, country, region, division,
    nullif(seat_count, 0) as seat_count
from {{ ref('stg_venues') }} as venue
left join {{ ref('states') }} as states using (state_code)
