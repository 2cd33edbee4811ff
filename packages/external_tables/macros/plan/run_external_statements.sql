{% macro run_external_statements(statements) %}
    {%- do return(adapter.dispatch("run_external_statements", "external_tables")(statements)) -%}
{% endmacro %}

{% macro default__run_external_statements(statements) %}
    {%- for sql in statements -%}
        {%- do run_query(sql) -%}
    {%- endfor -%}
{% endmacro %}
