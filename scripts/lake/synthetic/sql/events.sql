-- One row per event, with what drives its market: popularity and fair price. Events from `first` to before `next`.
insert into event
with
    drawn as (
        select
            range as eventid,
            uniform('category', eventid) as category_draw,
            uniform('event day', eventid) as day_draw,
            uniform('act', eventid) as act_draw,
            uniform('venue class', eventid) as class_draw,
            uniform('venue', eventid) as venue_draw,
            pick(len(getvariable('start_times')), uniform('start', eventid)) as start_number,
        from range(getvariable('first'), getvariable('next'))
    ),
    placed as (
        select
            eventid,
            catid,
            base_price,
            pick(acts, act_draw, 1.5) as act_number,
            -- Each class of venue has the same number of venues that stage events; a few left over stage none.
            1 + venue_classes[pick(len(venue_classes), class_draw)]
            + getvariable('venue_classes')
            * (pick(getvariable('venues') // getvariable('venue_classes'), venue_draw, 1.3) - 1) as venueid,
            floor(day_draw * event_slots)::bigint as slot,
            getvariable('start_times')[start_number] as start_second,
        from drawn
        inner join category_market on category_draw >= share_from and category_draw < share_to
        inner join (select catid, max(last_slot) as event_slots from event_calendar group by catid) using (catid)
    )
select
    eventid,
    venueid,
    catid,
    day,
    act.name as eventname,
    moment(day, start_second) as starttime,
    exp(
        getvariable('act_spread') * normal('act', catid, act_number)
        + getvariable('event_spread') * normal('event', eventid)
        + if(isodow(starttime) >= 5, getvariable('weekend_popularity'), 0)
    ) as popularity,
    base_price * venue.price_factor * pow(popularity, getvariable('popularity_price')) as fair_price,
from placed
inner join venue using (venueid)
inner join event_slot using (catid, slot)
inner join act using (catid, act_number)
order by eventid;
