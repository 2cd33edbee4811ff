{% macro duckdb_read_parquet(plan, partitions) %}
    {%- set sql -%}
read_parquet(
    [{{ external_tables.duckdb_globs([dict(plan, partitions=partitions)]) }}],
    filename = '$path',
    {{ external_tables.duckdb_hive_options(plan, partitions) }}
)
    {%- endset -%}
    {%- do return(sql) -%}
{% endmacro %}
