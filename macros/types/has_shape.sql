{% macro has_shape(text, type, shape) %}
    {{- return(adapter.dispatch('has_shape', 'tickit_lakehouse')(text, type, shape)) -}}
{% endmacro %}

{% macro default__has_shape(text, type, shape) -%}
    {{ matches(text, shape) }}
{%- endmacro %}

{#
    DuckDB: a text that is what its value is written as has the shape, and nearly all are. That is quicker to see than a
    pattern. The length keeps out what else DuckDB writes of a time: fractions, years of five digits, infinity.
#}
{% macro duckdb__has_shape(text, type, shape) -%}
    {%- set lengths = {'date': 10, 'timestamp': 19} -%}
    (
        cast(try_cast({{ text }} as {{ type }}) as varchar) = {{ text }}
        {%- if type in lengths %} and strlen({{ text }}) = {{ lengths[type] }}{% endif -%}
        {{- ' ' -}} or {{ matches(text, shape) }}
    )
{%- endmacro %}
