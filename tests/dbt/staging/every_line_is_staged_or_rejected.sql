-- Guards: no line is lost between base and staging, none doubled: each is staged or among the
-- rejected rows. That base has every raw line, another test says.
{{ config(meta={'show': 'stg_tickit__rejected_rows'}) }}

with

counts as (

    {% for table, staged in staged_models().items() %}
        {% if not loop.first %}union all{% endif %}
        select
            '{{ table }}' as table_name,
            (select count(*) from {{ base_models()[table] }}) as line_count,
            (select count(*) from {{ staged }}) as staged_count,
            (
                select count(*)
                from {{ ref('stg_tickit__rejected_rows') }} as rejected
                where rejected.table_name = {{ external_tables.sql_literal(table) }}
            ) as rejected_count
    {% endfor %}

)

select *
from counts
where line_count <> staged_count + rejected_count
