-- Guards: no raw line is lost. For each table, lines in the lake = rows staged + lines set aside.
{% set tables = {
    'category': [source('tickit_external', 'category'), ref('stg_tickit__categories')],
    'date': [source('tickit_external', 'date'), ref('stg_tickit__dates')],
    'event': [source('tickit_external', 'event'), ref('stg_tickit__events')],
    'listing': [source('tickit_external', 'listing'), ref('stg_tickit__listings')],
    'sale': [source('tickit_external', 'sale'), ref('stg_tickit__sales')],
    'user': [source('tickit_external', 'user'), ref('stg_tickit__users')],
    'venue': [source('tickit_external', 'venue'), ref('stg_tickit__venues')],
} %}

with

counts as (

    {% for table, (raw, staged) in tables.items() %}
        {% if not loop.first %}union all{% endif %}
        select
            '{{ table }}' as table_name,
            (select count(*) from {{ raw }}) as raw_count,
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
