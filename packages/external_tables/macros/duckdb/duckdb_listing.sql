{% macro duckdb_listing(location) %}
    {#- Columns: path, size_bytes, modified_at, version, problem, remedy. -#}
    {%- do return(
        "select unnest(external_tables_listing(" ~ external_tables.sql_literal(location) ~ "), max_depth := 2)"
    ) -%}
{% endmacro %}
