{% macro duckdb_json_objects(globs, table) %}
    {#- Each object has the value of every column, found by its key. -#}
    {%- set properties = external_tables.parse_row_format(table.row_format).properties -%}
    {%- set is_array = properties.get("strip.outer.array", "false") | lower == "true" -%}
    {%- set keys = {} -%}
    {%- for name, key in properties.items() if name.startswith("mapping.") -%}
        {%- do keys.update({name[8:] | lower: key}) -%}
    {%- endfor -%}
    {%- set compared = external_tables.duckdb_json_key("key", table) -%}
    {%- set sql -%}
select
    filename,
    json as "$json",
    {%- for column in table.columns %}
    {%- set key = external_tables.sql_literal(keys.get(column.name | lower, column.name)) %}
    {%- set key = external_tables.duckdb_json_key(key, table) %}
    json_extract(
        json,
        '/' || replace(replace(
            list_filter(json_keys(json), lambda key: {{ compared }} = {{ key }})[1], '~', '~0'
        ), '/', '~1')
    ) as {{ adapter.quote(column.name) }},
    {%- endfor %}
from read_json_objects([{{ globs }}], format = '{{ "array" if is_array else "unstructured" }}', filename = true)
    {%- endset -%}
    {%- do return(sql) -%}
{% endmacro %}
