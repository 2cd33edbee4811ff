{#
    Columns of the result: `problem` (a sentence that names column, model and number of rows), `failures` (that number)
    and `find_with` (a query for the rows).

    Aggregates first, in a CTE that is read once: Redshift would run a CTE that is read for each check as often. Texts
    have a type: Redshift cannot do anything with a bare one from a CTE ("failed to find conversion function").
#}
{% macro failed_checks(model, source, checks) -%}
{%- set name = relation_in_words(model) -%}
with

counted as (

    select
        {% for check in checks -%}
        {{ check.failures }} as failures_{{ loop.index }},
        {% endfor -%}
        -- One row, even where every check is a subquery.
        count(*) as row_count
    from {{ source }}

),

checks as (

    {% for check in checks -%}
    select
        {{ loop.index }} as check_number,
        {% for column, text in [
            ('place', (check.column ~ ' of ' if check.column else '') ~ name),
            ('fault', check.fault | trim),
            ('find_with', check.find_with),
        ] -%}
        cast({{ dbt.string_literal(dbt.escape_single_quotes(text)) }} as varchar(65535)) as {{ column }}{{ ',' if not loop.last }}
        {% endfor -%}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

results as (

    select
        checks.place,
        checks.fault,
        checks.find_with,
        case checks.check_number
            {% for check in checks -%}
            when {{ loop.index }} then counted.failures_{{ loop.index }}
            {% endfor %}
        end as failures
    from checks
    cross join counted

)

select
    place || ': ' || cast(failures as varchar(20)) || case when failures = 1 then ' row ' else ' rows ' end || fault
        as problem,
    failures,
    find_with
from results
where failures > 0
{%- endmacro %}
