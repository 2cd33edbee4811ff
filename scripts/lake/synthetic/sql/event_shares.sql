-- How many listings each event has, by popularity: the n-th event gets those between the n-1st share of all and the n-th,
-- so that their number is exact.
create table event_share as
with
    weighted as (
        -- Whole numbers, because their sums do not depend on the order of the terms.
        select eventid, round(1000000 * pow(popularity, getvariable('popularity_listings')))::bigint as weight
        from event
    ),
    shared as (
        select
            eventid,
            sum(weight) over (order by eventid rows unbounded preceding) as last_weight,
            last_weight - weight as weight_before,
            (select sum(weight) from weighted) as total,
        from weighted
    )
select
    eventid,
    (weight_before * getvariable('listings') // total)::bigint as first_listing,
    (last_weight * getvariable('listings') // total)::bigint as next_listing,
from shared;
