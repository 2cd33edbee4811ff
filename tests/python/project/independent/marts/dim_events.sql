select
    e.eventid as event_id,
    e.eventname as event_name,
    e.starttime as starts_at,
    e.starttime::date as event_date,
    e.dateid as date_id,
    d.week as week_of_year,
    d.qtr as quarter_of_year,
    dayname(d.caldate) in ('Saturday', 'Sunday') as is_weekend,
    d.holiday as is_holiday,
    e.catid as category_id,
    c.catgroup as category_group,
    c.catname as category_name,
    c.catdesc as category_description,
    e.venueid as venue_id,
    v.venuename as venue_name,
    v.venuecity as venue_city,
    v.venuestate as venue_state_code,
    case when v.venueseats > 0 then v.venueseats end as venue_seat_count
from "event" as e
left join "date" as d on e.starttime::date = d.caldate
left join category as c using (catid)
left join venue as v using (venueid)
