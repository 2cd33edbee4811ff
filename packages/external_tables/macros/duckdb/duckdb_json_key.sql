{% macro duckdb_json_key(key, table) %}
    {#- A key as it is compared: case.insensitive is true by default, dots.in.keys makes underscores of dots. -#}
    {%- set properties = external_tables.parse_row_format(table.row_format).properties -%}
    {%- if properties.get("case.insensitive", "true") | lower == "true" -%}
        {%- set key = "lower(" ~ key ~ ")" -%}
    {%- endif -%}
    {%- if properties.get("dots.in.keys", "false") | lower == "true" -%}
        {%- set key = "replace(" ~ key ~ ", '.', '_')" -%}
    {%- endif -%}
    {%- do return(key) -%}
{% endmacro %}
