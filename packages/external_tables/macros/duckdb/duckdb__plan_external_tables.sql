{% macro duckdb__plan_external_tables(tables, full_refresh) %}
    {%- if not tables -%}
        {%- do return([]) -%}
    {%- endif -%}
    {%- set views = external_tables.duckdb_staged_views() -%}
    {%- set locations = {} -%}
    {%- for table in tables -%}
        {%- do locations.update({external_tables.absolute_location(table.inventory_of or table.location): table.name}) -%}
    {%- endfor -%}
    {%- do external_tables.duckdb_list_files(locations | list) -%}
    {%- set listed = external_tables.duckdb_listed(locations | list) -%}

    {%- set plans, inventories, changed = [], [], [] -%}
    {%- for table in tables -%}
        {%- set plan = external_tables.duckdb_start_plan(
            table, listed[external_tables.absolute_location(table.inventory_of or table.location)],
            views.get(table.relation | string | lower),
        ) -%}
        {%- do (inventories if table.inventory_of else plans).append(plan) -%}
        {%- set is_known = plan.view and plan.view.inputs == plan.inputs and not full_refresh -%}
        {%- if is_known and table.inventory_of -%}
            {%- do plan.update(plan.view.found) -%}
        {%- elif is_known and plan.view.sample and not plan.errors
            and plan.view.sample == external_tables.duckdb_sample(dict(plan, **plan.view.found)) -%}
            {%- do plan.update(plan.view.found) -%}
            {%- do plan.update({"result": "unchanged", "warnings": plan.warnings + plan.content_warnings}) -%}
        {%- elif not plan.errors and not table.inventory_of -%}
            {%- do external_tables.duckdb_plan_files(plan) -%}
            {%- do changed.append(plan) -%}
        {%- endif -%}
    {%- endfor -%}

    {#- Files are opened only where the YAML or the files are not those of the last staging. -#}
    {%- set changed = changed | rejectattr("errors") | list -%}
    {%- do external_tables.duckdb_check_texts(
        changed | selectattr("text_format", "equalto", "delimited") | list
    ) -%}
    {%- do external_tables.duckdb_check_serdes(
        changed | selectattr("text_format", "in", ["csv", "json"]) | selectattr("partitions") | list
    ) -%}
    {%- do external_tables.duckdb_check_parquet(
        changed | selectattr("table.file_format", "equalto", "parquet") | selectattr("partitions") | list
    ) -%}
    {#- An inventory comes last: what it lists must have been staged. -#}
    {%- set plans = plans + inventories -%}
    {%- for plan in plans if not plan.errors and not plan.result -%}
        {%- do external_tables.duckdb_plan_view(plan, full_refresh) -%}
    {%- endfor -%}
    {%- do return(plans) -%}
{% endmacro %}
