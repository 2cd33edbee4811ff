-- One row is a day of the declared months. MetricFlow joins cumulative metrics and those of an
-- earlier period with it.
{%- set date = modules.datetime.date.fromisoformat %}
{%- set first_day = date(var('first_declared_month') ~ '-01') %}
{%- set first = "cast('" ~ first_day ~ "' as date)" %}
{#- The 28th and four days more are in the next month, whichever month it is. -#}
{%- set four_days = modules.datetime.timedelta(days=4) %}
{%- set in_next_month = date(var('last_declared_month') ~ '-28') + four_days %}

with

-- Counted and not taken from the calendar of the source, which leaves out 29 February: a cumulative
-- metric has a row for a day only if the day is here.
days as (

    {{ dbt.generate_series((in_next_month.replace(day=1) - first_day).days) }}

),

final as (

    select
        cast(
            {{ dbt.dateadd('day', 'cast(generated_number as integer) - 1', first) }} as date
        ) as date_day
    from days

)

select * from final
