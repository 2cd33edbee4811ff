{% macro duckdb_select_files(plan, partitions, columns) %}
    {%- set table = plan.table -%}
    {%- set path, is_wanted = '"$path"', "" -%}
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
        {%- set path = external_tables.duckdb_path_column(plan) -%}
        {%- set is_wanted = "\nwhere\n    " ~ external_tables.duckdb_wanted(plan, partitions) -%}
    {%- endif -%}
    {%- set is_in_a_column = plan.named_by_folders and partitions[0].path not in plan.exact -%}
    {%- set is_joined = partitions | length > 1 and not plan.named_by_folders -%}
    {%- set sql -%}
select
    {%- for column in columns %}
    {{ column }},
    {%- endfor %}
    {%- for column in table.partition_columns %}
    {%- set name = adapter.quote(column.name) %}
    {%- set value = name if is_in_a_column or is_joined
        else external_tables.sql_literal(partitions[0]["values"][loop.index0]) %}
    {%- set type = external_tables.spectrum_type(column.data_type) %}
    {{ value if type.kind == "text" else external_tables.duckdb_read_value(value, type, {}) }} as {{ name }},
    {%- endfor %}
    {{ path }} as "$path",
from {{ from_files }}
    {%- if is_joined %}
inner join {{ external_tables.duckdb_folders(plan, partitions, path) }}
    {%- endif %}
    {{- is_wanted }}
    {%- endset -%}
    {%- do return(sql) -%}
{% endmacro %}
