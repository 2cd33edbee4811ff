{% macro duckdb_read_parquet(plan, partition) %}
    {#- Partition columns come from the declaration, so never from the folder's name. -#}
    {%- set sql -%}
read_parquet(
    {{ external_tables.sql_literal(external_tables.duckdb_glob(plan, partition)) }},
    filename = '$path',
    hive_partitioning = false
)
    {%- endset -%}
    {%- do return(sql) -%}
{% endmacro %}
