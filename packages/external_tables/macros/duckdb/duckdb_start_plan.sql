{% macro duckdb_start_plan(table, listed, view) %}
    {#- A plan before any file of it was looked at. -#}
    {%- set errors = external_tables.duckdb_unsupported(table) + listed.errors -%}
    {#- Of two tables in one folder the first tells what is wrong there. -#}
    {%- do listed.errors.clear() -%}
    {%- do return({
        "table": table,
        "text_format": external_tables.duckdb_text_format(table) if table.file_format == "textfile" else "",
        "location": listed.location,
        "view": view,
        "file_count": listed.file_count,
        "partitions": [],
        "partition_of": {},
        "named_by_folders": false,
        "exact": [],
        "one_character_names": false,
        "strays": [],
        "content_warnings": [],
        "inputs": local_md5(tojson([
            listed.fingerprint, listed.location, table.columns, table.partition_columns, table.partitions,
            table.file_format, table.row_format, table.table_properties, table.check_header, table.allow_empty,
        ])),
        "notes": [],
        "warnings": [],
        "errors": errors,
        "result": "",
        "statements": [],
    }) -%}
{% endmacro %}
