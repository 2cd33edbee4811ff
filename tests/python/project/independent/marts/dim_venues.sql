select
    v.venueid as venue_id,
    v.venuename as venue_name,
    v.venuecity as city,
    v.venuestate as state_code,
    s.state_name,
    s.country,
    s.region,
    s.division,
    case when v.venueseats > 0 then v.venueseats end as seat_count
from venue as v
left join states as s on v.venuestate = s.state_code
