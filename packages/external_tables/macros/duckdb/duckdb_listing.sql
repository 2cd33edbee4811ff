{% macro duckdb_listing(location) %}
    {#- Columns: path, size_bytes, modified_at, version, problem, remedy. -#}
    {%- set row = '{"path": "varchar", "size_bytes": "bigint", "modified_at": "varchar", "version": "varchar", '
        ~ '"problem": "varchar", "remedy": "varchar"}' -%}
    {%- do return(
        "select unnest(from_json(content, '[" ~ row ~ "]'), max_depth := 2) from read_text('external-tables-listing://' || hex("
        ~ external_tables.sql_literal(location) ~ "))"
    ) -%}
{% endmacro %}
