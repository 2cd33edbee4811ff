{% macro duckdb_folders(plan, partitions, path) %}
    {#- The folders of partitions with their values, to join files to by the beginning of their path. All are equally deep. -#}
    {%- set depth = partitions[0].path.split("/") | length -%}
    {%- set names, rows = ['"$folder"'], [] -%}
    {%- for column in plan.table.partition_columns -%}
        {%- do names.append(adapter.quote(column.name)) -%}
    {%- endfor -%}
    {%- for partition in partitions -%}
        {%- set literals = [] -%}
        {%- for text in [partition.path] + partition["values"] -%}
            {%- do literals.append(external_tables.sql_literal(text)) -%}
        {%- endfor -%}
        {%- do rows.append("(" ~ literals | join(", ") ~ ")") -%}
    {%- endfor -%}
    {%- do return(
        "(values " ~ rows | join(", ") ~ ") as folders (" ~ names | join(", ") ~ ")\n    on array_to_string(string_split(substr("
        ~ path ~ ", " ~ (plan.location | length + 1) ~ "), '/')[:" ~ depth ~ "], '/') = \"$folder\""
    ) -%}
{% endmacro %}
