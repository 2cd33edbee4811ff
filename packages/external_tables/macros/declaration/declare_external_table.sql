{% macro declare_external_table(node) %}
    {#- Nothing is raised here: what is wrong is collected in `errors`, so that one run names the mistakes of all tables. -#}
    {%- set external = node.external -%}
    {%- set errors = external_tables.unknown_options(external) -%}
    {%- set warnings = [] -%}
    {%- set columns = [] -%}
    {%- for column in external_tables.described_columns(node, errors) -%}
        {%- do columns.append({"name": column.name, "data_type": column.data_type or ""}) -%}
    {%- endfor -%}
    {%- set partition_columns = [] -%}
    {%- for partition in external.partitions or [] if partition is mapping -%}
        {%- do partition_columns.append({"name": partition.name or "", "data_type": partition.data_type or ""}) -%}
    {%- endfor -%}

    {%- set row_format = (external.row_format or "") | string | trim -%}
    {%- do external_tables.parse_row_format(row_format, errors) -%}
    {%- set file_format = external_tables.parse_file_format(external.file_format or "textfile", errors) -%}
    {%- set undeclared = external.get("undeclared_partitions") or var("ext_undeclared_partitions", "keep") -%}
    {%- if undeclared not in ("keep", "drop") -%}
        {%- do errors.append("undeclared_partitions is " ~ undeclared ~ ", and may be keep or drop.") -%}
    {%- endif -%}
    {%- set allow_empty = external.get("allow_empty") -%}
    {%- set allow_empty = var("ext_allow_empty", false) if allow_empty is none else allow_empty -%}
    {%- set table = {
        "name": node.source_name ~ "." ~ node.name,
        "relation": api.Relation.create(
            database=node.database, schema=node.schema, identifier=node.identifier
        ),
        "declared_in": node.original_file_path,
        "columns": columns,
        "partition_columns": partition_columns,
        "partitions": external_tables.declare_partitions(external.partitions or [], errors),
        "location": external_tables.folder_or_file(external.location or ""),
        "inventory_of": (external.inventory_of | string).rstrip("/") ~ "/" if external.get("inventory_of") else "",
        "file_format": file_format.name,
        "stored_as": file_format.sql,
        "row_format": row_format,
        "table_properties": external_tables.parse_properties(
            external.get("table_properties") or "", errors, warnings, "table_properties"
        ),
        "check_header": external.get("check_header") is none or external_tables.is_true(external.check_header),
        "allow_empty": external_tables.is_true(allow_empty),
        "undeclared_partitions": undeclared,
        "errors": errors,
        "warnings": warnings,
    } -%}
    {%- if not table.location.endswith("/") -%}
        {%- if partition_columns -%}
            {%- do errors.append("partitions need a folder, and the location is the file " ~ table.location ~ ".") -%}
        {%- elif not table.location.endswith("manifest") -%}
            {%- do warnings.append(
                "the location is the file " ~ table.location ~ ", which Redshift takes for a manifest. If it is a folder, "
                ~ "end it with a slash; if it is data, write the folder that it is in."
            ) -%}
        {%- endif -%}
    {%- endif -%}
    {%- do errors.extend(external_tables.unfit_names(table)) -%}
    {%- do errors.extend(external_tables.incomplete_columns(table)) -%}
    {%- do errors.extend(external_tables.unfit_inventory(table)) -%}
    {%- do return(table) -%}
{% endmacro %}
