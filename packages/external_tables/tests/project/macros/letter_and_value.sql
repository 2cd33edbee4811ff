{% macro letter_and_value(name, value) %}
    {%- do return(name[0] ~ value) -%}
{% endmacro %}
