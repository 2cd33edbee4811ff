{% macro duckdb_typed_column(column, table) %}
    {%- set name = adapter.quote(column.name) -%}
    {%- set type_name, _, size = external_tables.canonical_type(column.data_type).partition("(") -%}
    {%- if type_name in ("varchar", "char") -%}
        {#- Redshift's sizes when none is given. -#}
        {%- set bytes = size.rstrip(")") | int or {"varchar": 256, "char": 1}[type_name] -%}
        {%- do return(external_tables.duckdb_fitted(name, bytes, table.table_properties) ~ " as " ~ name) -%}
    {%- elif table.file_format == "parquet" -%}
        {%- do return("cast(" ~ name ~ " as " ~ column.data_type ~ ") as " ~ name) -%}
    {%- else -%}
        {#- In text, an empty field is an empty string, and NULL for any other type. -#}
        {%- do return("cast(nullif(" ~ name ~ ", '') as " ~ column.data_type ~ ") as " ~ name) -%}
    {%- endif -%}
{% endmacro %}
