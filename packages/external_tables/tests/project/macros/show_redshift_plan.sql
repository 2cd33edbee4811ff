{% macro show_redshift_plan(ext_full_refresh=false) %}
    {#- What staging would do on Redshift, with tables in DuckDB that stand for its svv_external_* views. -#}
    {%- set tables = [] -%}
    {%- for node in external_tables.selected_external_sources() -%}
        {%- do tables.append(external_tables.declare_external_table(node)) -%}
    {%- endfor -%}
    {%- for plan in external_tables.redshift__plan_external_tables(tables, ext_full_refresh) -%}
        {%- do log(
            "PLAN " ~ tojson({"result": plan.result, "errors": plan.errors, "statements": plan.statements}), info=true
        ) -%}
    {%- endfor -%}
{% endmacro %}
