{# The text less the blanks at its end. Says which blanks: DuckDB's rtrim() takes Unicode's too, such as U+00A0. #}
{% macro without_trailing_blanks(text) -%}
    rtrim({{ text }}, ' ')
{%- endmacro %}
