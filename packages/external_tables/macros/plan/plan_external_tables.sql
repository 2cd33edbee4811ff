{% macro plan_external_tables(tables, full_refresh) %}
    {%- do return(adapter.dispatch("plan_external_tables", "external_tables")(tables, full_refresh)) -%}
{% endmacro %}

{% macro default__plan_external_tables(tables, full_refresh) %}
    {{ exceptions.raise_compiler_error("external_tables is not supported on " ~ target.type ~ ".") }}
{% endmacro %}
