{% macro duckdb_typed_column(column, table) %}
    {%- set name = adapter.quote(column.name) -%}
    {%- set type = external_tables.spectrum_type(column.data_type) -%}
    {%- if type.kind == "text" -%}
        {%- set value = external_tables.duckdb_fitted(name, type.bytes, table.table_properties) -%}
    {%- elif table.file_format != "parquet" -%}
        {%- set value = external_tables.duckdb_read_value(name, type, table.table_properties) -%}
    {%- elif type.kind == "timestamp" -%}
        {#- In UTC, whatever the time zone of the session and whether the file says that its times are adjusted. -#}
        {%- set value = "make_timestamp(epoch_us(" ~ name ~ "))" -%}
    {%- else -%}
        {%- set value = "cast(" ~ name ~ " as " ~ type.name ~ ")" -%}
    {%- endif -%}
    {%- do return(value ~ " as " ~ name) -%}
{% endmacro %}
