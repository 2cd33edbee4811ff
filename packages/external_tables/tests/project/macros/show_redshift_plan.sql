{% macro show_redshift_plan(ext_full_refresh=false) %}
    {#- What staging would do on Redshift, with tables in DuckDB that stand for its svv_external_* views. -#}
    {%- set tables = [] -%}
    {%- for node in external_tables.selected_external_sources() -%}
        {%- do tables.append(external_tables.declare_external_table(node)) -%}
    {%- endfor -%}
    {%- set plans = external_tables.redshift__plan_external_tables(
        tables | rejectattr("errors") | list, ext_full_refresh
    ) -%}
    {%- for table in tables if table.errors -%}
        {%- do plans.append({"table": table, "result": "", "errors": table.errors, "warnings": [], "statements": []}) -%}
    {%- endfor -%}
    {%- for plan in plans -%}
        {%- do log("PLAN " ~ tojson({
            "result": plan.result, "errors": plan.errors, "statements": plan.statements,
            "warnings": plan.table.warnings + plan.warnings,
        }), info=true) -%}
    {%- endfor -%}
{% endmacro %}
