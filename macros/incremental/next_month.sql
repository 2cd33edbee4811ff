{# The first day of the month after: '2008-12-01' -> '2009-01-01'. #}
{% macro next_month(month) -%}
    {%- set months = month[:4] | int * 12 + month[5:7] | int -%}
    {{ '%04d-%02d-01' | format(months // 12, months % 12 + 1) }}
{%- endmacro %}
