{% macro sql_literal(text) %}
    {%- do return("'" ~ text | string | replace("'", "''") ~ "'") -%}
{% endmacro %}
