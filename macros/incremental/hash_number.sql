{# More bits do not fit: Redshift's strtol returns a signed bigint. #}
{% macro hash_number(text) -%}
    {{- return(adapter.dispatch('hash_number', 'tickit_lakehouse')(text)) -}}
{%- endmacro %}

{% macro duckdb__hash_number(text) -%}
    cast('0x' || substring(md5({{ text }}), 1, 15) as bigint)
{%- endmacro %}

{% macro redshift__hash_number(text) -%}
    strtol(substring(md5({{ text }}), 1, 15), 16)
{%- endmacro %}
