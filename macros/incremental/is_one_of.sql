{# Literals, so that both engines skip whole partitions. #}
{% macro is_one_of(value, texts) -%}
    {%- if texts -%}
        {{ value }} in (
        {%- for text in texts -%}{{ external_tables.sql_literal(text) }}{{ ', ' if not loop.last }}{%- endfor -%}
        )
    {%- else -%}
        1 = 0
    {%- endif -%}
{%- endmacro %}
