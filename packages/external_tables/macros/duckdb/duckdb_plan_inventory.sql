{% macro duckdb_plan_inventory(table) %}
    {#- Nothing is listed here: the view lists whenever it is read, and an empty folder is no mistake. -#}
    {%- set location = external_tables.absolute_location(table.inventory_of) -%}
    {%- do return({
        "table": table,
        "location": location,
        "partitions": [],
        "partition_of": {},
        "exact": [],
        "content_warnings": [],
        "inputs": local_md5(tojson([location, table.columns, table.file_format, table.row_format])),
        "notes": [],
        "warnings": [],
        "errors": external_tables.duckdb_unsupported(table),
        "result": "",
        "statements": [],
    }) -%}
{% endmacro %}
