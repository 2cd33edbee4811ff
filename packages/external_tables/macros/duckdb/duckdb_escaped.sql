{% macro duckdb_escaped(path) %}
    {#- A path as a pattern that matches it alone: DuckDB takes every name of a file for a pattern. -#}
    {%- do return(modules.re.sub("([*?\\[])", "[\\1]", path)) -%}
{% endmacro %}
