-- Guards: no raw line is lost. For each table, lines in the lake = rows staged + lines set aside.
with

counts as (

    {% for table, staged in staged_models().items() %}
        {% if not loop.first %}union all{% endif %}
        select
            '{{ table }}' as table_name,
            (select count(*) from {{ source('tickit_external', table) }}) as raw_count,
            (select count(*) from {{ staged }}) as staged_count,
            (
                select count(*)
                from {{ ref('stg_tickit__rejected_rows') }}
                where table_name = '{{ table }}'
            ) as rejected_count
    {% endfor %}

)

select *
from counts
where raw_count <> staged_count + rejected_count
