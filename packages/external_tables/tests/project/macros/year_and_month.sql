{% macro year_and_month(name, value) %}
    {%- do return(value.replace("-", "/")) -%}
{% endmacro %}
