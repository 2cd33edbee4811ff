{% macro declare_external_table(node) %}
    {%- set external = node.external -%}
    {%- set columns = [] -%}
    {%- for column in external_tables.described_columns(node) -%}
        {%- do columns.append({"name": column.name, "data_type": column.data_type or ""}) -%}
    {%- endfor -%}
    {%- set partition_columns = [] -%}
    {%- for partition in external.partitions or [] -%}
        {%- do partition_columns.append({"name": partition.name, "data_type": partition.data_type}) -%}
    {%- endfor -%}
    {%- do return({
        "name": node.source_name ~ "." ~ node.name,
        "relation": api.Relation.create(
            database=node.database, schema=node.schema, identifier=node.identifier
        ),
        "declared_in": node.original_file_path,
        "columns": columns,
        "partition_columns": partition_columns,
        "partitions": external_tables.declare_partitions(external.partitions or []),
        "location": external.location.rstrip("/") ~ "/",
        "inventory_of": external.inventory_of.rstrip("/") ~ "/" if external.get("inventory_of") else "",
        "file_format": (external.file_format or "textfile") | lower | trim,
        "row_format": (external.row_format or "") | trim,
        "table_properties": external_tables.parse_properties(external.table_properties or ""),
        "check_header": external.get("check_header", true),
    }) -%}
{% endmacro %}
