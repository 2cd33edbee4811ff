{% macro duckdb_path_column(plan) %}
    {#- DuckDB leaves out files by a condition on `filename` alone, not on a column that it calls otherwise; but it has no
        `filename` beside a column of that name. -#}
    {%- set names = (plan.table.columns + plan.table.partition_columns) | map(attribute="name") | map("lower") | list -%}
    {%- do return('"$path"' if "filename" in names else "filename") -%}
{% endmacro %}
