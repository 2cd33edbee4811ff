{% macro duckdb_typed_column(column, file_format) %}
    {%- set name = adapter.quote(column.name) -%}
    {%- if file_format == "parquet" -%}
        {%- do return("cast(" ~ name ~ " as " ~ column.data_type ~ ") as " ~ name) -%}
    {%- elif external_tables.canonical_type(column.data_type).startswith(("varchar", "char")) -%}
        {%- do return(name) -%}
    {%- else -%}
        {#- In text, an empty field is an empty string, and NULL for any other type. -#}
        {%- do return("cast(nullif(" ~ name ~ ", '') as " ~ column.data_type ~ ") as " ~ name) -%}
    {%- endif -%}
{% endmacro %}
