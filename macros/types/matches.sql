{# Does the whole text match the POSIX pattern? Patterns use no backslash: Redshift reads it in string literals. #}
{% macro matches(text, pattern) %}
    {{- return(adapter.dispatch('matches', 'tickit_lakehouse')(text, pattern)) -}}
{% endmacro %}

{% macro default__matches(text, pattern) -%}
    {{ text }} ~ '^({{ pattern }})$'
{%- endmacro %}

{% macro duckdb__matches(text, pattern) -%}
    regexp_full_match({{ text }}, '{{ pattern }}')
{%- endmacro %}
