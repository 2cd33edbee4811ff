-- One row is a duplicate key: a key on more than one usable line of its raw table.
{{ config(materialized='table') }}

{% for table, base in base_models().items() %}
    {% set key = raw_tables()[table].fields[0][1] %}
    {% if not loop.first %}union all{% endif %}
    select
        cast({{ external_tables.sql_literal(table) }} as varchar(127)) as table_name,
        {{ key }} as key_value,
        count(*) as line_count
    from {{ base }}
    where
        reject_reason is null
        and {{ may_repeat_a_key(base, key) | lower }}
    group by {{ key }}
    having count(*) > 1
{% endfor %}
