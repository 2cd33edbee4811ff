-- Calendars as slots: a day has as many slots as it has weight, so that drawing a slot draws a day.

-- The market knows the days of AWS's calendar, which leaves out 29 February: the day after the 28th is 1 March.
create table day as
select
    range as day,
    moment(day, 0)::date as caldate,
    extract(month from caldate) as month,
    isodow(caldate) as weekday,
    caldate in (select caldate from holiday) as is_holiday,
from range(1, 366);

-- Demand for a category on a day, 1 on average but for holidays, anomalies and the shock of the day.
create table sale_calendar as
with
    regular as (
        select
            catid,
            day,
            caldate,
            is_holiday,
            month_factor.factor * weekday_factor.factor as factor,
        from day
        inner join month_factor using (month)
        inner join weekday_factor using (catid, weekday)
    ),
    mean as (
        -- Summed in day's order: a sum of doubles depends on the order of its terms.
        select catid, list_sum(list(factor order by day)) / count(*) as factor from regular group by catid
    ),
    weighted as (
        select
            catid,
            day,
            regular.factor / mean.factor
            * if(is_holiday, getvariable('holiday_factor'), 1)
            * coalesce(anomaly.factor, 1)
            * exp(getvariable('day_shock') * normal('day shock', catid, day)) as weight,
        from regular
        inner join mean using (catid)
        left join anomaly using (catid, caldate)
    )
select
    catid,
    day,
    weight,
    greatest(1, round(200 * weight))::bigint as slots,
    (sum(slots) over (partition by catid order by day))::bigint as last_slot,
    last_slot - slots as slots_before,
from weighted;

create table sale_slot as
select catid, unnest(range(slots_before, last_slot)) as slot, day
from sale_calendar;

-- Events by day, from the second day on: the day before is for its listings.
create table event_calendar as
select
    catid,
    day,
    round(100 * event_month_factor.factor * event_weekday_factor.factor)::bigint as slots,
    (sum(slots) over (partition by catid order by day))::bigint as last_slot,
from day
inner join event_month_factor using (month)
inner join event_weekday_factor using (weekday)
where day > 1;

create table event_slot as
select catid, unnest(range(last_slot - slots, last_slot)) as slot, day
from event_calendar;
