-- One row is a version of a delivery: how many lines its files have, counted in the raw text when
-- the version was first seen.
{{ config(unique_key='delivery_version') }}

{# A count of 0 is not kept: files that could not be read for a moment have no lines either. -#}
{% set counted = '(select delivery_version from ' ~ this ~ ' where line_count > 0) as counted' %}

with

files as (

    select * from {{ ref('base_tickit__files') }}

),

deliveries as (

    select * from {{ ref('base_tickit__deliveries') }}
    {% if is_incremental() -%}
        where delivery_version not in (select delivery_version from {{ counted }})
    {%- endif %}

),

counted as (

    {% for table, declared in raw_tables().items() %}
        {{ 'union all' if not loop.first }}
        select
            files.delivery_version,
            count(*) as line_count
        from {{ source('tickit_external', table) }}
        inner join files
            on
            files.table_name = {{ external_tables.sql_literal(table) }}
            and {{ source_file(table) }} = files.path
        {% if is_incremental() -%}
            where {{ is_one_of(
                declared.month.column if declared.month else 'files.delivery',
                changed_deliveries(table, counted)
            ) }}
        {%- endif %}
        group by files.delivery_version
    {% endfor %}

),

final as (

    select
        deliveries.table_name,
        deliveries.delivery,
        deliveries.delivery_version,
        coalesce(counted.line_count, 0) as line_count
    from deliveries
    left join counted on deliveries.delivery_version = counted.delivery_version

)

select * from final
