{# In brackets, so that a caller can multiply it. #}
{% macro whole_quotient(numerator, denominator) %}
    {{- return(adapter.dispatch('whole_quotient', 'tickit_lakehouse')(numerator, denominator)) -}}
{% endmacro %}

{% macro default__whole_quotient(numerator, denominator) -%}
    ({{ numerator }} / {{ denominator }})
{%- endmacro %}

{% macro duckdb__whole_quotient(numerator, denominator) -%}
    ({{ numerator }} // {{ denominator }})
{%- endmacro %}
