-- One row is a day of the calendar that the source delivers.
with

dates as (

    select * from {{ ref('stg_tickit__dates') }}

),

holidays as (

    select * from {{ ref('holidays_2008') }}

),

final as (

    select
        dates.date_id,
        dates.calendar_date,
        dates.day_of_month,
        cast(extract(dow from dates.calendar_date) as integer) as day_of_week,
        cast(case extract(dow from dates.calendar_date)
            when 0 then 'Sunday'
            when 1 then 'Monday'
            when 2 then 'Tuesday'
            when 3 then 'Wednesday'
            when 4 then 'Thursday'
            when 5 then 'Friday'
            when 6 then 'Saturday'
        end as varchar(9)) as day_name,
        dates.week_of_year,
        dates.month_of_year,
        cast({{ dbt.date_trunc('month', 'dates.calendar_date') }} as date) as month_start_date,
        dates.quarter_of_year,
        dates.calendar_year,
        extract(dow from dates.calendar_date) in (0, 6) as is_weekend,
        dates.is_holiday,
        cast(holidays.holiday_name as varchar(40)) as holiday_name,
        -- The seed knows of no other year.
        coalesce(
            holidays.is_federal,
            case when extract(year from dates.calendar_date) = 2008 then false end
        ) as is_federal_holiday
    from dates
    left join holidays on dates.calendar_date = holidays.holiday_date

)

select * from final
