{% macro run_external_statements(plans) %}
    {%- do return(adapter.dispatch("run_external_statements", "external_tables")(plans)) -%}
{% endmacro %}

{% macro default__run_external_statements(plans) %}
    {#- All or nothing: if one statement fails, dbt closes the connection, and what came before is rolled back. -#}
    {%- do run_query("begin") -%}
    {%- for plan in plans -%}
        {%- for sql in plan.statements -%}
            {%- do run_query(sql) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- do run_query("commit") -%}
{% endmacro %}
