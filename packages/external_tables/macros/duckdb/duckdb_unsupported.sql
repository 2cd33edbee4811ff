{% macro duckdb_unsupported(table) %}
    {#- What DuckDB cannot read as Spectrum does, as error messages. -#}
    {%- set errors = [] -%}
    {%- if table.file_format not in ("textfile", "parquet") -%}
        {%- do errors.append(
            "file_format " ~ table.file_format ~ " is not supported on DuckDB; textfile and parquet are."
        ) -%}
    {%- endif -%}
    {%- if table.file_format == "textfile" -%}
        {%- set row_format = external_tables.parse_row_format(table.row_format) -%}
        {%- set lazy = external_tables.parse_row_format("") -%}
        {%- set line_end = row_format.properties.get("line.delim", "\n") -%}
        {%- if row_format.serde != lazy.serde -%}
            {%- do errors.append(
                "row_format serde '" ~ row_format.serde ~ "' is not supported on DuckDB; "
                ~ "\"delimited fields terminated by '...'\" is."
            ) -%}
        {%- elif "escape.delim" in row_format.properties or line_end != "\n" -%}
            {%- do errors.append("row_format: `escaped by`, and lines that end otherwise than by \\n, "
                ~ "are not supported on DuckDB.") -%}
        {%- endif -%}
    {%- endif -%}
    {%- if not table.columns -%}
        {%- do errors.append("no columns are declared.") -%}
    {%- endif -%}
    {%- for column in table.columns if not column.data_type -%}
        {%- do errors.append("column " ~ column.name ~ " has no data_type.") -%}
    {%- endfor -%}
    {%- if modules.re.search("[*?\\[]", table.location ~ table.partitions | map(attribute="path") | join) -%}
        {%- do errors.append("a location or partition path with one of * ? [ is not supported on DuckDB: " ~ table.location) -%}
    {%- endif -%}
    {%- do return(errors) -%}
{% endmacro %}
