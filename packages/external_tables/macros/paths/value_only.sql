{% macro value_only(name, value) %}
    {%- do return(value) -%}
{% endmacro %}
