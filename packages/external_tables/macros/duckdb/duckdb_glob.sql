{% macro duckdb_glob(plan, partition) %}
    {#- The files of a partition that Spectrum reads, also those of subfolders, but for names of one character. -#}
    {%- do return(external_tables.duckdb_escaped(external_tables.duckdb_folder(plan, partition)) ~ "**/[!._#]*[!~]") -%}
{% endmacro %}
