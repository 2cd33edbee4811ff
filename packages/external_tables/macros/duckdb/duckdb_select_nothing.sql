{% macro duckdb_select_nothing(table) %}
    {#- The view of a table that may be empty, and is. -#}
    {%- set columns = [] -%}
    {%- for column in table.columns + table.partition_columns -%}
        {%- do columns.append("cast(null as " ~ column.data_type ~ ") as " ~ adapter.quote(column.name)) -%}
    {%- endfor -%}
    {%- do return("select " ~ columns | join(", ") ~ ", cast(null as varchar) as \"$path\" where false") -%}
{% endmacro %}
