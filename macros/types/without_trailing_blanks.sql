{# DuckDB's rtrim() without a second argument also cuts Unicode's blanks, such as U+00A0. #}
{% macro without_trailing_blanks(text) %}
    {{- return(adapter.dispatch('without_trailing_blanks', 'tickit_lakehouse')(text)) -}}
{% endmacro %}

{% macro default__without_trailing_blanks(text) -%}
    rtrim({{ text }}, ' ')
{%- endmacro %}

{# DuckDB's rtrim() copies every text; few have a blank at the end. #}
{% macro duckdb__without_trailing_blanks(text) -%}
    case when suffix({{ text }}, ' ') then rtrim({{ text }}, ' ') else {{ text }} end
{%- endmacro %}
