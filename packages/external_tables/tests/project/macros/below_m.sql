{% macro below_m(name, value) %}
    {%- do return("m/" ~ value) -%}
{% endmacro %}
