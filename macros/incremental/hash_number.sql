{# The first 60 bits of a text's md5, a bigint: what both engines can make a number of. #}
{% macro hash_number(text) -%}
    {{- return(adapter.dispatch('hash_number', 'tickit_lakehouse')(text)) -}}
{%- endmacro %}

{% macro duckdb__hash_number(text) -%}
    cast('0x' || substring(md5({{ text }}), 1, 15) as bigint)
{%- endmacro %}

{% macro redshift__hash_number(text) -%}
    strtol(substring(md5({{ text }}), 1, 15), 16)
{%- endmacro %}
