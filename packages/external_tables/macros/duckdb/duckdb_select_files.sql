{% macro duckdb_select_files(plan, partition, columns) %}
    {%- set table = plan.table -%}
    {%- if table.file_format == "parquet" -%}
        {%- set from_files = external_tables.duckdb_read_parquet(plan, partition) -%}
    {%- elif partition.path in plan.exact -%}
        {%- set from_files = external_tables.duckdb_read_text_exactly(plan, partition) -%}
    {%- else -%}
        {%- set from_files = external_tables.duckdb_read_text(plan, partition) -%}
    {%- endif -%}
    {%- set sql -%}
select
    {%- for column in columns %}
    {{ column }},
    {%- endfor %}
    {%- for column in table.partition_columns %}
    {%- set value = external_tables.sql_literal(partition["values"][loop.index0]) %}
    cast({{ value }} as {{ column.data_type }}) as {{ adapter.quote(column.name) }},
    {%- endfor %}
    "$path",
from {{ from_files }}
    {%- endset -%}
    {%- do return(sql) -%}
{% endmacro %}
