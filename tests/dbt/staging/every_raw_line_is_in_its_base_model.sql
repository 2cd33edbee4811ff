-- Guards: no line is lost or doubled on the way in, and each has the name of its file. Fails for a
-- delivery whose base model has another number of lines than its files.
with

expected as (

    select counts.*
    from {{ ref('base_tickit__line_counts') }} as counts
    inner join {{ ref('base_tickit__deliveries') }} as deliveries
        on counts.delivery_version = deliveries.delivery_version

),

loaded as (

    {% for table, base in base_models().items() %}
        {{ 'union all' if not loop.first }}
        select
            '{{ table }}' as table_name,
            delivery,
            delivery_version,
            count(*) as line_count,
            count(source_file) as named_line_count
        from {{ base }}
        group by delivery, delivery_version
    {% endfor %}

),

compared as (

    select
        coalesce(expected.table_name, loaded.table_name) as table_name,
        coalesce(expected.delivery, loaded.delivery) as delivery,
        coalesce(expected.line_count, 0) as raw_line_count,
        coalesce(loaded.line_count, 0) as line_count,
        coalesce(loaded.named_line_count, 0) as named_line_count
    from expected
    full outer join loaded on expected.delivery_version = loaded.delivery_version

)

select *
from compared
where raw_line_count <> line_count or line_count <> named_line_count
