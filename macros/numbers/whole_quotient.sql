{# Whole-number division of two positive bigints, the remainder dropped; in brackets, so that it can be multiplied. #}
{% macro whole_quotient(numerator, denominator) %}
    {{- return(adapter.dispatch('whole_quotient', 'tickit_lakehouse')(numerator, denominator)) -}}
{% endmacro %}

{% macro default__whole_quotient(numerator, denominator) -%}
    ({{ numerator }} / {{ denominator }})
{%- endmacro %}

{% macro duckdb__whole_quotient(numerator, denominator) -%}
    ({{ numerator }} // {{ denominator }})
{%- endmacro %}
