{% macro is_data_file(filename) %}
    {#- Spectrum ignores names that begin with a period, an underscore or a hash mark, or end with a tilde; the globs of
        the view (duckdb_select_files) say the same. -#}
    {%- set name = filename.rpartition("/")[2] -%}
    {%- do return(name | length > 1 and name[0] not in "._#" and name[-1] != "~") -%}
{% endmacro %}
