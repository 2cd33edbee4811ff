{% macro redshift_describe_existing(table_rows, column_rows, partition_rows) %}
    {#- The rows of svv_external_tables, _columns and _partitions as {schema.table: definition}. -#}
    {%- set existing = {} -%}
    {%- for row in table_rows -%}
        {%- set file_format = external_tables.redshift_file_format(row["input_format"] or "") -%}
        {%- set serde_properties = fromjson(row["serde_parameters"] or "{}", {}) -%}
        {%- set row_format = {"serde": row["serialization_lib"], "properties": serde_properties} -%}
        {%- do existing.update({(row["schemaname"] ~ "." ~ row["tablename"]) | lower: {
            "columns": [],
            "partition_columns": [],
            "location": row["location"].rstrip("/"),
            "file_format": file_format,
            "row_format": row_format if file_format == "textfile" else {},
            "table_properties": fromjson(row["parameters"] or "{}", {}),
            "partitions": {},
        }}) -%}
    {%- endfor -%}
    {%- for row in column_rows -%}
        {%- set table = existing[(row["schemaname"] ~ "." ~ row["tablename"]) | lower] -%}
        {%- set part = "partition_columns" if row["part_key"] | int else "columns" -%}
        {%- do table[part].append(
            [row["columnname"] | lower, external_tables.canonical_type(row["external_type"])]
        ) -%}
    {%- endfor -%}
    {%- for row in partition_rows -%}
        {%- set table = existing[(row["schemaname"] ~ "." ~ row["tablename"]) | lower] -%}
        {%- do table.partitions.update({tojson(fromjson(row["values"])): row["location"].rstrip("/")}) -%}
    {%- endfor -%}
    {%- do return(existing) -%}
{% endmacro %}
