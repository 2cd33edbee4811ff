{% macro incomplete_columns(table) %}
    {%- set errors = [] -%}
    {%- if not table.columns -%}
        {%- do errors.append("no columns are declared.") -%}
    {%- endif -%}
    {%- for column in table.columns + table.partition_columns if not column.data_type -%}
        {%- do errors.append("column " ~ column.name ~ " has no data_type.") -%}
    {%- endfor -%}
    {%- set names = (table.columns + table.partition_columns) | map(attribute="name") | map("lower") | list -%}
    {%- for name in names -%}
        {%- if name in names[:loop.index0] -%}
            {%- do errors.append(
                "column " ~ name ~ " is declared twice. A partition is a column too, and not one of the files: rename one."
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do return(errors) -%}
{% endmacro %}
