{% macro duckdb_plan_files(table, files) %}
    {#- Which declared partition each file belongs to; a table without partitions is one partition with the path "". -#}
    {%- set location = external_tables.absolute_location(table.location) -%}
    {%- set errors = external_tables.duckdb_unsupported(table) -%}
    {%- set warnings = [] -%}
    {%- set declared = {} -%}
    {%- for partition in table.partitions or [{"values": [], "path": ""}] -%}
        {%- do declared.update({partition.path: partition}) -%}
    {%- endfor -%}

    {%- set partition_of = {} -%}
    {%- set fingerprints = [] -%}
    {%- set strays = [] -%}
    {%- for file in files
        if file["filename"].startswith(location) and external_tables.is_data_file(file["filename"]) -%}
        {%- do fingerprints.append([file["filename"], file["size"] | string, file["modified_at"] | string]) -%}
        {%- set folders = file["filename"][location | length:].split("/")[:-1] -%}
        {%- set ns = namespace(path=none) -%}
        {%- for depth in range(folders | length + 1) if folders[:depth] | join("/") in declared -%}
            {%- set ns.path = folders[:depth] | join("/") -%}
        {%- endfor -%}
        {%- if ns.path is none -%}
            {%- do strays.append(folders | join("/") ~ "/" if folders else file["filename"][location | length:]) -%}
        {%- else -%}
            {%- do partition_of.update({file["filename"]: ns.path}) -%}
        {%- endif -%}
    {%- endfor -%}

    {#- In the order of the declaration, not of the files. -#}
    {%- set used = partition_of.values() | unique | list -%}
    {%- set partitions = [] -%}
    {%- for path in declared if path in used -%}
        {%- do partitions.append(declared[path]) -%}
    {%- endfor -%}
    {%- set without_files = declared | length - partitions | length -%}

    {#- The check of the contents reads the bytes of a file as text; DuckDB unpacks only in its own reader. -#}
    {%- set packed = [] -%}
    {%- for filename in partition_of
        if table.file_format == "textfile" and filename.lower().endswith((".gz", ".bz2", ".snappy", ".zst")) -%}
        {%- do packed.append(filename) -%}
    {%- endfor -%}
    {%- if packed -%}
        {%- do errors.append(
            "compressed text is not supported on DuckDB: unpack " ~ external_tables.some(packed) ~ "."
        ) -%}
    {%- endif -%}

    {%- if not fingerprints -%}
        {%- do errors.append(
            "no files under " ~ location ~ ". Make or copy them there, or correct `location` in the YAML."
        ) -%}
    {%- elif not partitions -%}
        {%- do errors.append(
            "none of the " ~ declared | length ~ " declared partitions has a file under " ~ location
            ~ "; the first is expected in " ~ (declared | list)[0] ~ "/, and there are files in "
            ~ external_tables.some(strays) ~ ". Correct `partitions` or `location` in the YAML."
        ) -%}
    {%- elif strays -%}
        {%- do warnings.append(
            "no declared partition covers " ~ external_tables.some(strays) ~ " under " ~ location
            ~ ": this data is not read. Add it to `vals` of the partition in the YAML, or move it away."
        ) -%}
    {%- endif -%}
    {%- do return({
        "table": table,
        "text_format": external_tables.duckdb_text_format(table) if table.file_format == "textfile" else "",
        "location": location,
        "partitions": partitions,
        "partition_of": partition_of,
        "exact": [],
        "content_warnings": [],
        "inputs": local_md5(tojson([
            fingerprints, location, table.columns, table.partition_columns, table.partitions, table.file_format,
            table.row_format, table.table_properties, table.check_header,
        ])),
        "notes": [without_files ~ " without files"] if table.partitions and without_files else [],
        "warnings": warnings,
        "errors": errors,
        "result": "",
        "statements": [],
    }) -%}
{% endmacro %}
