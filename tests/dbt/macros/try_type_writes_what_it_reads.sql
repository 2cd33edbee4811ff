-- Guards: a date or time that try_type() gives is written as the text that it was read from, and a text that is none is
-- none on both engines, for thousands of dates and times, most of them odd: the text and the value never disagree about
-- the day, hour or second.
with

years as (

    {% for year in ['0000', '0001', '0999', '1900', '2000', '2007', '2008', '9999'] -%}
    select
        cast('{{ year }}' as varchar(9)) as text,
        {{ year | int > 0 }} as exists_ever,
        {{ year in ('2000', '2008') }} as is_leap
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

days as (

    {% for month in range(14) -%}
    {% set outer_loop = loop -%}
    {% set last_day = {0: 0, 2: 28, 4: 30, 6: 30, 9: 30, 11: 30, 13: 0}.get(month, 31) -%}
    {% for day in [0, 1, 28, 29, 30, 31, 32] -%}
    select
        cast('{{ '-%02d-%02d' | format(month, day) }}' as varchar(9)) as text,
        {{ 0 < day <= last_day }} as exists_always,
        {{ month == 2 and day == 29 }} as is_leap_day
    {{ 'union all' if not (loop.last and outer_loop.last) }}
    {% endfor %}
    {% endfor %}
),

times as (

    {% for time, is_time in [
        ('00:00:00', true), ('09:05:07', true), ('12:30:00', true), ('19:59:59', true), ('23:59:59', true),
        ('24:00:00', false), ('24:00:01', false), ('25:00:00', false), ('29:59:59', false), ('99:00:00', false),
        ('23:60:00', false), ('23:59:60', false), ('23:59:61', false), ('00:00:60', false), ('12:99:00', false),
        ('-1:00:00', false), ('1:00:00', false), ('12:00', false), ('12:00:00.0', false), ('12:00:00 ', false),
        ('12:00:00Z', false), ('12.00.00', false), ('12:00:0x', false),
    ] -%}
    select
        cast('{{ time }}' as varchar(12)) as text,
        {{ is_time }} as is_time
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

dates as (

    select
        years.text || days.text as text,
        years.exists_ever and (days.exists_always or (years.is_leap and days.is_leap_day)) as is_date
    from years
    cross join days

),

read_dates as (

    select
        text,
        is_date as is_valid,
        {{ as_text(try_type('text', 'date'), 'date') }} as written
    from dates

),

moments as (

    select
        dates.text || ' ' || times.text as text,
        dates.is_date and times.is_time as is_valid
    from dates
    cross join times

),

read_moments as (

    select
        text,
        is_valid,
        {{ as_text(try_type('text', 'timestamp'), 'timestamp') }} as written
    from moments

),

read_texts as (

    select * from read_dates
    union all
    select * from read_moments

)

select *
from read_texts
where coalesce('[' || written || ']', 'none') <> case when is_valid then '[' || text || ']' else 'none' end
