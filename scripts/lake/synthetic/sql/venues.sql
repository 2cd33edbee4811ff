-- One row per venue. Classes take turns; a few venues have no name or no seats, as in the real data.
create table venue as
with
    drawn as (
        select
            range as venueid,
            (venueid - 1) % getvariable('venue_classes') as class,
            pick(getvariable('cities'), uniform('venue city', venueid), 1.8) as city_number,
            pick(getvariable('venue_names'), uniform('venue name', venueid)) as name_number,
            uniform('venue kind', venueid) as kind_draw,
            uniform('seats', venueid) as seats_draw,
        from range(1, getvariable('venues') + 1)
    )
select
    venueid,
    class,
    if(venueid % 67 = 13, null, venue_name.name || ' ' || kinds[pick(len(kinds), kind_draw)]) as venuename,
    city.name as venuecity,
    city.state as venuestate,
    case
        when venueid % 29 = 5 then null
        when venueid % 31 = 7 then 0
        else least_seats + floor((most_seats - least_seats) * seats_draw)::int
    end as venueseats,
    venue_class.price as price_factor,
from drawn
inner join venue_class using (class)
inner join city on city.number = city_number
inner join venue_name on venue_name.number = name_number;
