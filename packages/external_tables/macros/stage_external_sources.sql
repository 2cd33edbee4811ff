{% macro stage_external_sources(select=none, ext_full_refresh=none) %}
    {#- Plan everything first, and run DDL only if nothing is wrong anywhere: a mistake in the last table leaves the
        first one alone, and one run tells all mistakes. #}
    {%- if execute -%}
        {%- set started_at = modules.datetime.datetime.now() -%}
        {%- set full_refresh = ext_full_refresh if ext_full_refresh is not none else var("ext_full_refresh", false) -%}
        {%- set full_refresh = external_tables.is_true(full_refresh) -%}

        {%- set tables = [] -%}
        {%- for node in external_tables.selected_external_sources(select) -%}
            {%- do tables.append(external_tables.declare_external_table(node)) -%}
        {%- endfor -%}
        {%- set plans = external_tables.plan_external_tables(tables, full_refresh) -%}

        {%- do external_tables.report_problems(plans) -%}
        {%- do external_tables.run_external_statements(plans) -%}
        {%- do external_tables.report_staged(plans, started_at) -%}
    {%- endif -%}
{% endmacro %}
