{#
    Written as ranges, which sort keys and min-max indexes serve; consecutive months become one range.
#}
{% macro is_in_months(value, months) -%}
    {%- set ranges = [] -%}
    {%- for month in months -%}
        {%- set number = month[:4] | int * 12 + month[5:7] | int -%}
        {%- set next_month = '%04d-%02d-01' | format(number // 12, number % 12 + 1) -%}
        {%- set first_day = ranges.pop()[0] if ranges and ranges[-1][1] == month else month -%}
        {%- do ranges.append([first_day, next_month]) -%}
    {%- endfor -%}
    {%- for first_day, next_month in ranges -%}
        {{ '(' if loop.first else ' or ' -}}
        {{ value }} >= cast('{{ first_day }}' as date) and {{ value }} < cast('{{ next_month }}' as date)
        {{- ')' if loop.last -}}
    {%- else -%}
        1 = 0
    {%- endfor -%}
{%- endmacro %}
