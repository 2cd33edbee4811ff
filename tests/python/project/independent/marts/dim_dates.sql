select
    d.dateid as date_id,
    d.caldate as calendar_date,
    d.day as day_of_month,
    dayofweek(d.caldate) as day_of_week,
    dayname(d.caldate) as day_name,
    d.week as week_of_year,
    d.month as month_of_year,
    make_date(year(d.caldate), month(d.caldate), 1) as month_start_date,
    d.qtr as quarter_of_year,
    d.year as calendar_year,
    dayname(d.caldate) in ('Saturday', 'Sunday') as is_weekend,
    d.holiday as is_holiday,
    h.holiday_name,
    if(year(d.caldate) = 2008, h.holiday_name is not null and h.is_federal, null) as is_federal_holiday
from "date" as d
left join holidays_2008 as h on d.caldate = h.holiday_date
