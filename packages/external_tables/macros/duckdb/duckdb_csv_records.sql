{% macro duckdb_csv_records(globs, table) %}
    {#- The records of OpenCSV files with their number; blank lines are none. -#}
    {%- set properties = external_tables.parse_row_format(table.row_format).properties -%}
    {%- set lines = "string_split(content, chr(10))" -%}
    {%- if properties.get("wholeFile", "") | lower == "true" -%}
        {%- set line = external_tables.sql_literal(external_tables.csv_patterns(table).line) -%}
        {%- set lines = "regexp_extract_all(content, " ~ line ~ ")" -%}
    {%- endif -%}
    {%- set skipped = table.table_properties.get("skip.header.line.count", "0") -%}
    {%- set sql -%}
select filename, record, number
from (
    select
        filename,
        unnest({{ lines }}) as record,
        generate_subscripts({{ lines }}, 1) as number,
    from read_text([{{ globs }}])
)
where number > {{ skipped }} and record != ''
    {%- endset -%}
    {%- do return(sql) -%}
{% endmacro %}
