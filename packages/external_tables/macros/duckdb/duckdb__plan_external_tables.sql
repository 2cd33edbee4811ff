{% macro duckdb__plan_external_tables(tables, full_refresh) %}
    {%- set views = external_tables.duckdb_staged_views() -%}
    {%- set files = external_tables.duckdb_list_files(tables | rejectattr("inventory_of") | list) -%}

    {%- set plans = [] -%}
    {%- set changed = [] -%}
    {%- for table in tables -%}
        {%- if table.inventory_of -%}
            {%- set plan = external_tables.duckdb_plan_inventory(table) -%}
        {%- else -%}
            {%- set plan = external_tables.duckdb_plan_files(table, files) -%}
        {%- endif -%}
        {%- set view = views.get(table.relation | string | lower) -%}
        {%- do plan.update({"view": view}) -%}
        {%- do plans.append(plan) -%}
        {%- if view and view.inputs == plan.inputs and not full_refresh -%}
            {%- do plan.update({"exact": view.exact, "content_warnings": view.content_warnings}) -%}
        {%- elif not plan.errors and not table.inventory_of -%}
            {%- do changed.append(plan) -%}
        {%- endif -%}
    {%- endfor -%}

    {#- Files are opened only where the YAML or the files are not those of the last staging. -#}
    {%- do external_tables.duckdb_check_texts(
        changed | selectattr("text_format", "equalto", "delimited") | list
    ) -%}
    {%- do external_tables.duckdb_check_serdes(changed | selectattr("text_format", "in", ["csv", "json"]) | list) -%}
    {%- do external_tables.duckdb_check_parquet(
        changed | selectattr("table.file_format", "equalto", "parquet") | list
    ) -%}
    {%- for plan in plans if not plan.errors -%}
        {%- do external_tables.duckdb_plan_view(plan, full_refresh) -%}
    {%- endfor -%}
    {%- do return(plans) -%}
{% endmacro %}
