{% macro unfit_names(table) %}
    {#- Names and types are written into SQL as they are, the names in quotes. -#}
    {%- set errors = [] -%}
    {%- set taken = {} -%}
    {%- for column in table.columns + table.partition_columns -%}
        {%- if not column.name or '"' in column.name or "\0" in column.name -%}
            {%- do errors.append("a column is called " ~ tojson(column.name) ~ ", which cannot be a column's name.") -%}
        {%- endif -%}
        {%- if column.name | lower in taken -%}
            {%- do errors.append(
                "column " ~ column.name ~ " is declared twice"
                ~ (", as a column and as a partition" if loop.index > table.columns | length) ~ "."
            ) -%}
        {%- endif -%}
        {%- do taken.update({column.name | lower: true}) -%}
        {%- if not modules.re.fullmatch("[\\w\\s(),.:<>\\[\\]]*", column.data_type) -%}
            {%- do errors.append("column " ~ column.name ~ " has a data_type that is not a type.") -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for name in (table.relation.schema, table.relation.identifier) if '"' in name or "\0" in name -%}
        {%- do errors.append("a schema or table is called " ~ tojson(name) ~ ", which cannot be a name.") -%}
    {%- endfor -%}
    {%- do return(errors) -%}
{% endmacro %}
