{% macro some(names) %}
    {#- Three names say where to look; a thousand would hide the message. -#}
    {%- set names = names | unique(case_sensitive=true) | list -%}
    {%- set more = names | length - 3 -%}
    {%- do return(names[:3] | join(", ") ~ (" and " ~ more ~ " more" if more > 0 else "")) -%}
{% endmacro %}
