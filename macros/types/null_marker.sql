{# `\N`, which exports of Hive, MySQL and Postgres write for NULL. In SQL without a backslash: Redshift would read it. #}
{% macro null_marker() -%}
    (chr(92) || 'N')
{%- endmacro %}
