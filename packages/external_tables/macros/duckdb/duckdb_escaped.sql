{% macro duckdb_escaped(path) %}
    {#- DuckDB reads every file name as a pattern. -#}
    {%- do return(modules.re.sub("([*?\\[])", "[\\1]", path)) -%}
{% endmacro %}
