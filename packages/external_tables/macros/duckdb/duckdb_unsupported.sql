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
        {%- do errors.extend(external_tables.duckdb_unsupported_serde(table)) -%}
    {%- endif -%}
    {%- do errors.extend(external_tables.duckdb_unsupported_properties(table)) -%}
    {%- if table.location.endswith("manifest") -%}
        {%- do errors.append("the location is a manifest, which is not supported on DuckDB.") -%}
    {%- endif -%}
    {%- if not errors -%}
        {%- do errors.extend(external_tables.duckdb_unfit_partitions(table)) -%}
    {%- endif -%}
    {%- do return(errors) -%}
{% endmacro %}
