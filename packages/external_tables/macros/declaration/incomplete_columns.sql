{% macro incomplete_columns(table) %}
    {%- set errors = [] -%}
    {%- if not table.columns -%}
        {%- do errors.append("no columns are declared.") -%}
    {%- endif -%}
    {%- for column in table.columns + table.partition_columns if not column.data_type -%}
        {%- do errors.append("column " ~ column.name ~ " has no data_type.") -%}
    {%- endfor -%}
    {%- do return(errors) -%}
{% endmacro %}
