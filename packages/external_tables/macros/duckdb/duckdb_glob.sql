{% macro duckdb_glob(plan, partition) %}
    {#- The files that Spectrum reads: also those of subfolders, but see is_data_file. -#}
    {%- do return(external_tables.duckdb_folder(plan, partition) ~ "**/[!._#]*[!~]") -%}
{% endmacro %}
