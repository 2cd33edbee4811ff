-- One row is a day.
select
    date_id, calendar_date, day_of_month,
    dayofweek(calendar_date)::integer as day_of_week,
    dayname(calendar_date) as day_name,
    week_of_year, month_of_year,
    date_trunc('month', calendar_date)::date as month_start_date,
    quarter_of_year, calendar_year,
    dayofweek(calendar_date) in (0, 6) as is_weekend,
    is_holiday,
    holiday_name,
    coalesce(is_federal, case when year(calendar_date) = 2008 then false end) as is_federal_holiday
from {{ ref('stg_dates') }} as date
left join {{ ref('holidays_2008') }} as holidays_2008 on calendar_date = holiday_date
