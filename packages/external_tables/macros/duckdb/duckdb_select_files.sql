{% macro duckdb_select_files(plan, partitions, columns) %}
    {%- set table = plan.table -%}
    {%- if table.file_format == "parquet" -%}
        {%- set from_files = external_tables.duckdb_read_parquet(plan, partitions) -%}
    {%- elif plan.text_format == "csv" -%}
        {%- set from_files = external_tables.duckdb_read_csv(plan, partitions) -%}
    {%- elif plan.text_format == "json" -%}
        {%- set from_files = external_tables.duckdb_read_json(plan, partitions) -%}
    {%- elif partitions[0].path in plan.exact -%}
        {%- set from_files = external_tables.duckdb_read_text_exactly(plan, partitions[0]) -%}
    {%- else -%}
        {%- set from_files = external_tables.duckdb_read_text(plan, partitions) -%}
    {%- endif -%}
    {%- set is_named_by_folders = external_tables.duckdb_is_named_by_folders(plan, partitions[0]) -%}
    {%- set sql -%}
select
    {%- for column in columns %}
    {{ column }},
    {%- endfor %}
    {%- for column in table.partition_columns %}
    {%- set name = adapter.quote(column.name) %}
    {%- set value = name if is_named_by_folders
        else external_tables.sql_literal(partitions[0]["values"][loop.index0]) %}
    {%- set type = external_tables.spectrum_type(column.data_type) %}
    {{ value if type.kind == "text" else external_tables.duckdb_read_value(value, type, {}) }} as {{ name }},
    {%- endfor %}
    "$path",
from {{ from_files }}
    {%- endset -%}
    {%- do return(sql) -%}
{% endmacro %}
