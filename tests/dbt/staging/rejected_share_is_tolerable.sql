-- Guards: a broken delivery stops the build. Fails for a table with more than
-- var('tolerated_percent') of its lines set aside, or with not one line that could be used.
{{ config(meta={'show': 'stg_tickit__rejected_rows'}) }}

with

counts as (

    {% for table, relation in staged_models().items() %}
        {% if not loop.first %}union all{% endif %}
        select
            '{{ table }}' as table_name,
            (select count(*) from {{ relation }}) as staged_count,
            (
                select count(*)
                from {{ ref('stg_tickit__rejected_rows') }}
                where table_name = '{{ table }}'
            ) as rejected_count
    {% endfor %}

)

select *
from counts
where
    staged_count = 0
    or 100 * rejected_count > {{ var('tolerated_percent') }} * (staged_count + rejected_count)
