{# Without a backslash, which Redshift would read as an escape. #}
{% macro null_marker() -%}
    (chr(92) || 'N')
{%- endmacro %}
