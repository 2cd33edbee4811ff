{% macro some(names) %}
    {#- Three names say where to look; a thousand would hide the message. None moves the cursor of a terminal. -#}
    {%- set names = names | unique(case_sensitive=true) | list -%}
    {%- set more = names | length - 3 -%}
    {%- set shown = modules.re.sub("[\\x00-\\x1f\\x7f-\\x9f]", "\ufffd", names[:3] | join(", ")) -%}
    {%- do return(shown ~ (" and " ~ more ~ " more" if more > 0 else "")) -%}
{% endmacro %}
