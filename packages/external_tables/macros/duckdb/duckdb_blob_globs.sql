{% macro duckdb_blob_globs(plan, partition) %}
    {#- For read_blob, which takes a glob that matches nothing for no rows. -#}
    {%- if not plan.location.endswith("/") -%}
        {%- do return(external_tables.sql_literal(external_tables.duckdb_escaped(plan.location))) -%}
    {%- endif -%}
    {%- set folder = external_tables.duckdb_escaped(external_tables.duckdb_folder(plan, partition)) -%}
    {%- do return(
        external_tables.sql_literal(folder ~ "**/[!._#]*[!~]") ~ ", " ~ external_tables.sql_literal(folder ~ "**/[!._#~]")
    ) -%}
{% endmacro %}
