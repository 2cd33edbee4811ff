-- Orders for the listings from `first` to before `next`, before their number is made exact.
--
-- A listing gets candidates by level: the higher the level of demand, the more of them come. A candidate draws a time
-- by the calendar, and stays if that is between the listing and the event, with the chance that its closeness to the
-- event has. Those that stay take tickets in the order of their level, as long as there are some: so to take away those
-- above a lower level, which makes the number exact, changes nothing in the others.
insert into placed_order
with
    candidate as (
        select
            *,
            unnest(range(candidates)) as candidate,
        from (
            select
                *,
                getvariable('orders_per_listing') * demand / getvariable('mean_demand') as expected,
                1 + ceil(getvariable('highest_level') * expected)::bigint as candidates,
            from listing
            where listid >= getvariable('first') and listid < getvariable('next')
        )
    ),
    leveled as (
        select
            candidate.*,
            uniform('level', listid, candidate) * candidates / expected as level,
            first_day.slots_before
            + floor((last_day.last_slot - first_day.slots_before) * uniform('sale day', listid, candidate))::bigint as slot,
        from candidate
        inner join sale_calendar as first_day on first_day.catid = candidate.catid and first_day.day = listing_day
        inner join sale_calendar as last_day on last_day.catid = candidate.catid and last_day.day = event_day
        where level <= getvariable('highest_level')
    ),
    timed as (
        select
            *,
            sale_slot.day as sale_day,
            moment(sale_day, second_of_day('sale', listid, candidate)) as saletime,
            epoch(starttime - saletime) / 86400 as days_to_event,
        from leveled
        inner join sale_slot using (catid, slot)
    ),
    served as (
        select
            *,
            (sum(wanted) over (partition by listid order by level, candidate) - wanted)::int as taken_before,
        from timed
        inner join quantity_slot on quantity_number = pick(1000, uniform('quantity', listid, candidate))
        where
            saletime > listtime
            and saletime < starttime
            and uniform('closeness', listid, candidate) * (1 + getvariable('closeness_floor'))
            < getvariable('closeness_floor') + exp(-days_to_event / getvariable('closeness_days'))
    )
select
    listid,
    candidate,
    level,
    sellerid,
    eventid,
    catid,
    sale_day,
    saletime,
    least(wanted, numtickets - taken_before) as qtysold,
    price,
from served
where taken_before < numtickets;
