{% macro duckdb_json_misfit(column) %}
    {#- The condition that a value is none that its column can have for certain: DuckDB keeps 15 digits of a number with
        a point or an exponent, and not its text. -#}
    {%- set name = adapter.quote(column.name) -%}
    {%- set kind = external_tables.spectrum_type(column.data_type).kind -%}
    {%- set types = {"text": "'OBJECT', 'ARRAY', 'DOUBLE'", "integer": "'OBJECT', 'ARRAY', 'DOUBLE'"} -%}
    {%- set misfit = "json_type(" ~ name ~ ") in (" ~ types.get(kind, "'OBJECT', 'ARRAY'") ~ ")" -%}
    {%- if kind == "decimal" -%}
        {%- set digits = "regexp_replace(" ~ name ~ " ->> '$', '[^0-9]', '', 'g')" -%}
        {%- set misfit = "(" ~ misfit ~ " or json_type(" ~ name ~ ") = 'DOUBLE' and strlen(" ~ digits ~ ") > 15)" -%}
    {%- endif -%}
    {%- do return(misfit) -%}
{% endmacro %}
