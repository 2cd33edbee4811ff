{% macro duckdb_plan_files(table, files) %}
    {#- Which declared partition each file belongs to; a table without partitions is one partition with the path "". -#}
    {%- set location = external_tables.absolute_location(table.location) -%}
    {%- set errors = external_tables.duckdb_unsupported(table) -%}
    {%- set warnings = [] -%}
    {%- set declared = {} -%}
    {%- for partition in table.partitions or [{"values": [], "path": ""}] -%}
        {%- do declared.update({partition.path: partition}) -%}
    {%- endfor -%}

    {%- set with_files = {} -%}
    {%- set undeclared = [] -%}
    {%- set seen = [] -%}
    {%- for file in files if file["filename"].startswith(location) and external_tables.is_data_file(file["filename"]) -%}
        {%- do seen.append([file["filename"], file["size"] | string, file["modified_at"] | string]) -%}
        {%- set folders = file["filename"][location | length:].split("/")[:-1] -%}
        {%- set ns = namespace(path=none) -%}
        {%- for depth in range(folders | length + 1) -%}
            {%- set path = folders[:depth] | join("/") -%}
            {%- if path in declared -%}
                {%- set ns.path = path -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if ns.path is none -%}
            {%- do undeclared.append(folders | join("/") or file["filename"]) -%}
        {%- else -%}
            {%- do with_files.update({ns.path: declared[ns.path]}) -%}
        {%- endif -%}
    {%- endfor -%}

    {#- In the order of the declaration, not of the files. -#}
    {%- set partitions = [] -%}
    {%- for path in declared if path in with_files -%}
        {%- do partitions.append(declared[path]) -%}
    {%- endfor -%}
    {%- set without_files = declared | length - partitions | length -%}

    {%- if not seen -%}
        {%- do errors.append(
            "no files under " ~ location ~ ". Make or copy them there, or correct `location` in the YAML."
        ) -%}
    {%- elif not partitions -%}
        {%- do errors.append(
            "none of the " ~ declared | length ~ " declared partitions has a file under " ~ location ~ " (the first would be "
            ~ (declared | list)[0] ~ "/); there are files in " ~ undeclared | unique | list | join(", ")
            ~ ". Correct `partitions` or `location` in the YAML."
        ) -%}
    {%- elif undeclared -%}
        {%- do warnings.append(
            "data that no declared partition covers is not read: " ~ undeclared | unique | list | join(", ")
            ~ " under " ~ location ~ ". Add it to `vals` of the partition in the YAML, or move it away."
        ) -%}
    {%- endif -%}
    {%- do return({
        "table": table,
        "location": location,
        "partitions": partitions,
        "inputs": local_md5(tojson([seen, table.columns, table.partition_columns, table.partitions, table.location,
            table.file_format, table.row_format, table.table_properties, table.check_header])),
        "notes": [without_files ~ " without files"] if table.partitions and without_files else [],
        "warnings": warnings,
        "errors": errors,
        "statements": [],
    }) -%}
{% endmacro %}
