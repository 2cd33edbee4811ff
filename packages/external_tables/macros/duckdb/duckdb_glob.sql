{% macro duckdb_glob(plan, partition) %}
    {#- With subfolders, but without names of one character. -#}
    {%- do return(external_tables.duckdb_escaped(external_tables.duckdb_folder(plan, partition)) ~ "**/[!._#]*[!~]") -%}
{% endmacro %}
