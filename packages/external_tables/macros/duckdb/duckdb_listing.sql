{% macro duckdb_listing(location) %}
    {#- A query of the files under a location as they are now: path, size_bytes, modified_at, version, problem, remedy. -#}
    {%- do return(
        "select unnest(external_tables_listing(" ~ external_tables.sql_literal(location) ~ "), max_depth := 2)"
    ) -%}
{% endmacro %}
