{% macro year_month_day(name, value) %}
    {%- do return((value | string).replace("-", "/")) -%}
{% endmacro %}
