-- One row is a version of a delivery: how many lines its files have, counted in the raw text when
-- the version was first seen.
{{ config(incremental_strategy='delete+insert', unique_key='delivery_version') }}

{% set counts_anew = not builds_on_itself() %}
{% set uncounted = {} if counts_anew else uncounted_deliveries() %}

with

files as (

    select * from {{ ref('base_tickit__files') }}

),

deliveries as (

    select * from {{ ref('base_tickit__deliveries') }}
    {% if not counts_anew -%}
        where
            1 = 0
            {% for table, uncounted_of_table in uncounted.items() if uncounted_of_table -%}
                or (
                    table_name = {{ external_tables.sql_literal(table) }}
                    and {{ is_one_of('delivery', uncounted_of_table) }}
                )
            {% endfor %}
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
        {% if not counts_anew -%}
            where {{ is_one_of(declared.month.column if declared.month else 'files.delivery', uncounted[table]) }}
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
