{% macro redshift_partition(table, values) %}
    {%- set pairs = [] -%}
    {%- for column in table.partition_columns -%}
        {%- do pairs.append(adapter.quote(column.name) ~ "=" ~ external_tables.sql_literal(values[loop.index0])) -%}
    {%- endfor -%}
    {%- do return("partition (" ~ pairs | join(", ") ~ ")") -%}
{% endmacro %}
