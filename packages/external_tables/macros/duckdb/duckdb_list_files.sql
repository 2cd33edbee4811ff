{% macro duckdb_list_files(tables) %}
    {#- Every file under every location, in one query. read_blob opens no file for these three columns. -#}
    {%- set globs = [] -%}
    {%- for table in tables -%}
        {%- do globs.append(external_tables.sql_literal(external_tables.absolute_location(table.location) ~ "**")) -%}
    {%- endfor -%}
    {%- if not globs -%}
        {%- do return([]) -%}
    {%- endif -%}
    {%- set query -%}
        select filename, size, epoch_ms(last_modified) as modified_at
        from read_blob([{{ globs | unique | join(", ") }}])
        order by filename
    {%- endset -%}
    {%- do return(run_query(query).rows) -%}
{% endmacro %}
