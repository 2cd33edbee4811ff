{% macro duckdb_read_json(plan, partitions) %}
    {#- By JsonSerDe: values by key, as text; a key that lacks is NULL. Times are in ISO 8601 ("ROW FORMAT SERDE" of CREATE
        EXTERNAL TABLE). -#}
    {%- set globs = external_tables.duckdb_globs([dict(plan, partitions=partitions)]) -%}
    {%- set iso = "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,6})?Z?" -%}
    {%- set sql -%}
(
    select
        {%- for column in plan.table.columns %}
        {%- set name = adapter.quote(column.name) %}
        {%- set message = "column " ~ name ~ " has a value that cannot be read as " ~ column.data_type ~ "; stage again" %}
        {%- set value = name ~ " ->> '$'" %}
        case
            when {{ external_tables.duckdb_json_misfit(column) }} then error({{ external_tables.sql_literal(message) }})
            {%- if external_tables.spectrum_type(column.data_type).kind == "timestamp" %}
            when regexp_full_match({{ value }}, '{{ iso }}') then translate({{ value }}, 'TZ', ' ')
            {%- else %}
            else {{ value }}
            {%- endif %}
        end as {{ name }},
        {%- endfor %}
        filename as "$path",
    from ({{ external_tables.duckdb_json_objects(globs, plan.table) }})
)
    {%- endset -%}
    {%- do return(sql) -%}
{% endmacro %}
