{% macro duckdb_read_text(plan, partitions) %}
    {#- By position, as Spectrum: nothing is quoted or escaped, a short line ends in NULLs (null_padding), and fields
        beyond the last column are dropped (strict_mode). -#}
    {%- set properties = plan.table.table_properties -%}
    {%- set delimiter = external_tables.parse_row_format(plan.table.row_format).properties["field.delim"] -%}
    {%- set null_format = properties.get("serialization.null.format", "\\N") -%}
    {#- No field holds its delimiter, so none is NULL then. The reader refuses such a format, but not an end of line. -#}
    {%- if delimiter in null_format -%}
        {%- set null_format = "\n" -%}
    {%- endif -%}
    {%- set columns = [] -%}
    {%- for column in plan.table.columns -%}
        {%- do columns.append(external_tables.sql_literal(column.name) ~ ": 'varchar'") -%}
    {%- endfor -%}
    {%- set sql -%}
read_csv(
    {{ external_tables.sql_literal(external_tables.duckdb_text_glob(plan)) }},
    auto_detect = false,
    header = false,
    skip = {{ properties.get("skip.header.line.count", "0") }},
    delim = {{ external_tables.sql_literal(delimiter) }},
    quote = '',
    escape = '',
    strict_mode = false,
    null_padding = true,
    nullstr = {{ external_tables.sql_literal(null_format) }},
    filename = {{ "'$path'" if external_tables.duckdb_path_column(plan) == '"$path"' else "true" }},
    {{ external_tables.duckdb_hive_options(plan, partitions) }},
    columns = {{ "{" ~ columns | join(", ") ~ "}" }}
)
    {%- endset -%}
    {%- do return(sql) -%}
{% endmacro %}
