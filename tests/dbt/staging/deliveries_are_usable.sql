-- Guards: a broken delivery stops the build, and no line is lost. Fails for a table with more than
-- var('tolerated_percent') of its lines set aside, with not one line that could be used, or with
-- lines that are neither staged nor set aside. That base has every raw line, another test says.
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
                from {{ ref('stg_tickit__rejected_rows') }}
                where table_name = '{{ table }}'
            ) as rejected_count
    {% endfor %}

),

judged as (

    select
        table_name,
        line_count,
        staged_count,
        rejected_count,
        case
            when line_count <> staged_count + rejected_count then 'lines lost or doubled'
            when staged_count = 0 then 'no line can be used'
            when 100 * rejected_count > {{ var('tolerated_percent') }} * line_count
                then 'too many lines set aside'
        end as problem
    from counts

)

select *
from judged
where problem is not null
