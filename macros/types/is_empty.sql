{# Is the raw field empty? Blanks alone are an empty text, but not an empty number. #}
{% macro is_empty(text, type) -%}
    {{ 'rtrim(' ~ text ~ ')' if type.startswith('varchar(') else text }} = ''
{%- endmacro %}
