{% macro duckdb_unsupported(table) %}
    {#- What this package cannot read on DuckDB as Spectrum does, as error messages. -#}
    {%- set errors = [] -%}
    {%- for column in table.columns + table.partition_columns
        if column.data_type and not external_tables.spectrum_type(column.data_type) -%}
        {%- do errors.append(
            "column " ~ column.name ~ " is " ~ column.data_type ~ ", which external tables do not have, or which is not "
            ~ "supported on DuckDB: nested types, varbyte."
        ) -%}
    {%- endfor -%}
    {%- if table.file_format not in ("textfile", "parquet") -%}
        {%- do errors.append(
            "file_format " ~ table.file_format ~ " is not supported on DuckDB; textfile and parquet are."
        ) -%}
    {%- endif -%}
    {%- if table.file_format == "textfile" -%}
        {%- set row_format = external_tables.parse_row_format(table.row_format) -%}
        {%- if row_format.serde != external_tables.parse_row_format("").serde -%}
            {%- do errors.append(
                "row_format serde '" ~ row_format.serde ~ "' is not supported on DuckDB; "
                ~ "\"delimited fields terminated by '...'\" is."
            ) -%}
        {%- endif -%}
        {%- if row_format.properties.get("line.delim", "\n") != "\n" -%}
            {%- do errors.append("row_format: lines that end otherwise than by \\n are not supported on DuckDB.") -%}
        {%- endif -%}
        {%- for name in row_format.properties if row_format.serde == external_tables.parse_row_format("").serde
            and name not in ("field.delim", "line.delim") -%}
            {%- do errors.append("row_format: the property " ~ name ~ " is not supported on DuckDB.") -%}
        {%- endfor -%}
    {%- endif -%}
    {%- do errors.extend(external_tables.duckdb_unsupported_properties(table)) -%}
    {%- if table.location.endswith("manifest") -%}
        {%- do errors.append("the location is a manifest, which is not supported on DuckDB.") -%}
    {%- endif -%}
    {%- if not errors -%}
        {%- do errors.extend(external_tables.duckdb_unfit_partitions(table)) -%}
    {%- endif -%}
    {%- if modules.re.search("[*?\\[]", table.location ~ table.inventory_of ~ table.partitions | map(attribute="path") | join) -%}
        {%- do errors.append("a location or a partition's path with one of * ? [ is not supported on DuckDB.") -%}
    {%- endif -%}
    {%- do return(errors) -%}
{% endmacro %}
