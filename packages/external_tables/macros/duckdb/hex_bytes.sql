{% macro hex_bytes(text) %}
    {#- 'é' -> 'C3 A9 ' -#}
    {%- do return(text.encode("utf-8").hex(" ").upper() ~ " ") -%}
{% endmacro %}
