-- Reports deliveries that are not in the lake: those that were there in an earlier build, with the
-- most lines that they had, and months that lack between the first and the last of their table.
{{ config(severity='warn') }}

with

declared as (

    {% for table, delivery, _ in declared_deliveries() -%}
        {{ 'union all' if not loop.first }}
        select
            cast({{ external_tables.sql_literal(table) }} as varchar(127)) as table_name,
            cast({{ external_tables.sql_literal(delivery) }} as varchar(7)) as delivery
    {% endfor %}
),

present as (

    select
        table_name,
        delivery
    from {{ ref('base_tickit__deliveries') }}

),

ends as (

    select
        table_name,
        min(delivery) as first_delivery,
        max(delivery) as last_delivery
    from present
    group by table_name

),

delivered_before as (

    select
        table_name,
        delivery,
        max(line_count) as line_count
    from {{ ref('base_tickit__line_counts') }}
    where line_count > 0
    group by table_name, delivery

),

expected as (

    select
        table_name,
        delivery
    from delivered_before

    union

    select
        declared.table_name,
        declared.delivery
    from declared
    inner join ends
        on
        declared.table_name = ends.table_name
        and declared.delivery between ends.first_delivery and ends.last_delivery

)

select
    expected.table_name,
    expected.delivery,
    case
        when delivered_before.line_count is null then 'not delivered, though a later month is'
        else 'delivered before, and gone'
    end as problem,
    delivered_before.line_count as lines_before
from expected
left join delivered_before
    on
    expected.table_name = delivered_before.table_name
    and expected.delivery = delivered_before.delivery
left join present
    on
    expected.table_name = present.table_name
    and expected.delivery = present.delivery
where present.delivery is null
