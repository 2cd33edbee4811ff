{% macro external_table_definition(table, location, partitions) %}
    {%- set columns = [] -%}
    {%- for column in table.columns -%}
        {%- do columns.append([column.name | lower, external_tables.canonical_type(column.data_type)]) -%}
    {%- endfor -%}
    {%- set partition_columns = [] -%}
    {%- for column in table.partition_columns -%}
        {%- do partition_columns.append([column.name | lower, external_tables.canonical_type(column.data_type)]) -%}
    {%- endfor -%}
    {%- do return({
        "columns": columns,
        "partition_columns": partition_columns,
        "location": location.rstrip("/"),
        "file_format": table.file_format,
        "row_format": external_tables.parse_row_format(table.row_format) if table.file_format == "textfile" else {},
        "table_properties": table.table_properties,
        "partitions": partitions,
    }) -%}
{% endmacro %}
