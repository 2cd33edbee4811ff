{% macro duckdb_list_files(locations) %}
    {#- The table is external_tables_listing; a folder inside another one is listed once. DuckDB's own `**` leaves out
        what it may not open and what is behind a link: see the plugin. -#}
    {%- set lists = [] -%}
    {%- for location in locations -%}
        {%- set ns = namespace(is_outermost=true) -%}
        {%- for other in locations if other != location and other.endswith("/") and location.startswith(other) -%}
            {%- set ns.is_outermost = false -%}
        {%- endfor -%}
        {%- if ns.is_outermost -%}
            {%- do lists.append(external_tables.duckdb_listing(location)) -%}
        {%- endif -%}
    {%- endfor -%}
    {#- Without the plugin, it is a pattern that no file of this machine has. -#}
    {%- if not run_query("select file from glob('external-tables-listing://')").rows -%}
        {{ exceptions.raise_compiler_error(
            "The profile lacks the plugin that lists files. Add to the target " ~ target.name ~ ": module_paths: "
            ~ "[dbt_packages/external_tables/python] and plugins: [{module: external_tables_plugin}]."
        ) }}
    {%- endif -%}
    {%- do run_query("create or replace temp table external_tables_listing as " ~ lists | join(" union all ")) -%}
{% endmacro %}
