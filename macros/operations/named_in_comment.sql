{# dbt begins each statement with a comment in JSON: /* {"app": "dbt", ..., "node_id": "model.project.name"} */ #}
{% macro named_in_comment(query, key) -%}
    {%- set begin = external_tables.sql_literal('"' ~ key ~ '": "') -%}
    split_part(split_part({{ query }}, {{ begin }}, 2), '"', 1)
{%- endmacro %}
