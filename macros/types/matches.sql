{# Does the whole text match the POSIX pattern? Patterns use no backslash: Redshift reads it in string literals. #}
{% macro matches(text, pattern) %}
    {{- return(adapter.dispatch('matches', 'tickit_lakehouse')(text, pattern)) -}}
{% endmacro %}

{% macro default__matches(text, pattern) -%}
    {{ text }} ~ '^({{ pattern }})$'
{%- endmacro %}

{% macro duckdb__matches(text, pattern) -%}
    {#- Words need no pattern: DuckDB's `=` and `in` compare the whole text, blanks at its end too. -#}
    {%- if modules.re.fullmatch('[a-z0-9]+([|][a-z0-9]+)*', pattern) -%}
        {{ text }} in (
            {%- for word in pattern.split('|') %}{{ external_tables.sql_literal(word) }}{{ ', ' if not loop.last }}{% endfor -%}
        )
    {%- else -%}
        regexp_full_match({{ text }}, '{{ pattern }}')
    {%- endif -%}
{%- endmacro %}
