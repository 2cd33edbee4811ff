{% macro duckdb__plan_external_tables(tables, full_refresh) %}
    {%- set views = external_tables.duckdb_staged_views() -%}
    {%- set files = external_tables.duckdb_list_files(tables) -%}

    {%- set plans = [] -%}
    {%- set changed = [] -%}
    {%- for table in tables -%}
        {%- set view = views.get(table.relation | string | lower) -%}
        {%- set plan = external_tables.duckdb_plan_files(table, files) -%}
        {%- set untouched = view and view.inputs == plan.inputs and not full_refresh -%}
        {%- if not untouched and not plan.errors -%}
            {%- do changed.append(plan) -%}
        {%- endif -%}
        {%- do plan.update({"view": view, "result": "unchanged"}) -%}
        {%- do plans.append(plan) -%}
    {%- endfor -%}

    {#- Files are opened only where the YAML or the files are not those of the last staging. -#}
    {%- do external_tables.duckdb_check_contents(changed) -%}
    {%- for plan in changed if not plan.errors -%}
        {%- do external_tables.duckdb_plan_view(plan, full_refresh) -%}
    {%- endfor -%}
    {%- do return(plans) -%}
{% endmacro %}
