{#- Folders by macros of other forms: rendered without return(), and with the arguments in another order. -#}
{% macro rendered_folder(column, text) %}
    {{ column }}/{{ text }}/
{% endmacro %}

{% macro value_then_name(value, name) %}
    {%- do return(value ~ "-" ~ name) -%}
{% endmacro %}
