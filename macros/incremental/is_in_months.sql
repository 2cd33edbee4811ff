{#
    A condition: does the date or time lie in one of the months, given by their first days in order? As ranges, which
    sort keys and min-max indexes serve; months that follow each other are one.
#}
{% macro is_in_months(value, months) -%}
    {%- set ranges = [] -%}
    {%- for month in months -%}
        {%- if ranges and ranges[-1][1] == month -%}
            {%- do ranges.append([ranges.pop()[0], next_month(month)]) -%}
        {%- else -%}
            {%- do ranges.append([month, next_month(month)]) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for first, following in ranges -%}
        {{ '(' if loop.first else ' or ' -}}
        {{ value }} >= cast('{{ first }}' as date) and {{ value }} < cast('{{ following }}' as date)
        {{- ')' if loop.last -}}
    {%- else -%}
        1 = 0
    {%- endfor -%}
{%- endmacro %}
