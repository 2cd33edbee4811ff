{% macro key_value(name, value) %}
    {%- do return(name ~ "=" ~ value) -%}
{% endmacro %}
