-- One row is a day of the calendar.
with

dates as (

    {{ usable_lines(ref('base_tickit__dates'), 'date') }}

),

final as (

    select
        ---------- ids
        date_id,

        ---------- dates
        calendar_date,

        ---------- numerics
        day_of_month,
        week_of_year,
        month_of_year,
        quarter_of_year,
        calendar_year,

        ---------- booleans
        is_holiday
    from dates

)

select * from final
