{% macro duckdb_read_text_exactly(plan, partition) %}
    {#- DuckDB's reader of delimited text ends a line at every CR, whatever new_line says, and refuses a file with a
        byte that is not UTF-8; its latin-1 reader refuses the bytes 80 to 9F, which UTF-8 uses (É is C3 89). So the
        bytes are read as they are, in hexadecimal, and a field of a line that is not valid is decoded for itself: about
        6 MB/s a core, against 100 of the reader. Two digits and a space a byte, so that no separator is found across
        two bytes. -#}
    {%- set properties = plan.table.table_properties -%}
    {%- set delimiter = external_tables.parse_row_format(plan.table.row_format).properties["field.delim"] -%}
    {%- set null_format = properties.get("serialization.null.format", "\\N") -%}
    {%- set line = external_tables.duckdb_valid_text("line", properties, false) -%}
    {%- set field = external_tables.duckdb_valid_text("field", properties, true) -%}
    {%- set sql -%}
(
    select
        {%- for column in plan.table.columns %}
        nullif(fields[{{ loop.index }}], {{ external_tables.sql_literal(null_format) }}) as {{ adapter.quote(column.name) }},
        {%- endfor %}
        filename as "$path",
    from (
        select
            filename,
            -- Most lines are valid throughout.
            coalesce(
                string_split({{ line }}, {{ external_tables.sql_literal(delimiter) }}),
                list_transform(
                    string_split(line, {{ external_tables.sql_literal(external_tables.hex_bytes(delimiter)) }}),
                    lambda field: {{ field }}
                )
            ) as fields,
        from (
            select
                filename,
                unnest(
                    string_split(regexp_replace(hex(content), '(..)', '\1 ', 'g'), '0A ')
                    [{{ properties.get("skip.header.line.count", "0") | int + 1 }}:]
                ) as line,
            from read_blob([{{ external_tables.duckdb_blob_globs(plan, partition) }}])
        )
        -- Also the fast reader leaves blank lines out.
        where line != ''
    )
)
    {%- endset -%}
    {%- do return(sql) -%}
{% endmacro %}
