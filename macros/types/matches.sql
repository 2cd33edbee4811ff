{# Does the whole text match the POSIX pattern? Patterns use no backslash: Redshift reads it in string literals. #}
{% macro matches(text, pattern) %}
    {{- return(adapter.dispatch('matches', 'tickit_lakehouse')(text, pattern)) -}}
{% endmacro %}

{% macro default__matches(text, pattern) -%}
    {{ text }} ~ '^({{ pattern }})$'
{%- endmacro %}

{% macro duckdb__matches(text, pattern) -%}
    {#- A word needs no pattern: DuckDB's `=` compares the whole text, blanks at its end too. -#}
    {%- if modules.re.fullmatch('[a-z]+', pattern) -%}
        {{ text }} = '{{ pattern }}'
    {%- else -%}
        regexp_full_match({{ text }}, '{{ pattern }}')
    {%- endif -%}
{%- endmacro %}
