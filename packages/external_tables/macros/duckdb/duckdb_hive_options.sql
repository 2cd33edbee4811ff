{% macro duckdb_hive_options(plan, partitions) %}
    {#- Options of a reader: whether it finds the values of partition columns in the names of folders. -#}
    {%- if not plan.named_by_folders -%}
        {%- do return("hive_partitioning = false") -%}
    {%- endif -%}
    {%- set types = [] -%}
    {%- for column in plan.table.partition_columns -%}
        {%- do types.append(external_tables.sql_literal(column.name) ~ ": varchar") -%}
    {%- endfor -%}
    {%- do return("hive_partitioning = true,\n    hive_types = {" ~ types | join(", ") ~ "}") -%}
{% endmacro %}
