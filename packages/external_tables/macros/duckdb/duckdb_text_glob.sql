{% macro duckdb_text_glob(plan) %}
    {#- One glob for all partitions: a partition that loses its last file would match no glob of its own, which would be
        an error. duckdb_wanted selects the files that Spectrum reads, and DuckDB opens no other. -#}
    {%- set location = external_tables.duckdb_escaped(plan.location) -%}
    {%- if not plan.location.endswith("/") -%}
        {%- do return(location) -%}
    {%- endif -%}
    {%- set folders = [] -%}
    {%- for column in (plan.table.partition_columns if plan.named_by_folders else []) -%}
        {%- do folders.append(column.name ~ "=*/") -%}
    {%- endfor -%}
    {%- do return(location ~ folders | join ~ "**") -%}
{% endmacro %}
