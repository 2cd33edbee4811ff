{# DuckDB's octet_length takes no text; its strlen counts bytes. #}
{% macro length_in_bytes(text) %}
    {{- return(adapter.dispatch('length_in_bytes', 'tickit_lakehouse')(text)) -}}
{% endmacro %}

{% macro default__length_in_bytes(text) -%}
    octet_length({{ text }})
{%- endmacro %}

{% macro duckdb__length_in_bytes(text) -%}
    strlen({{ text }})
{%- endmacro %}
