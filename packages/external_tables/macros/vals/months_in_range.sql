{% macro months_in_range(start, end) %}
    {%- set first_year, first_month = start.split("-") -%}
    {%- set last_year, last_month = end.split("-") -%}
    {#- Months counted from the year 0, so that a range may cross a new year. -#}
    {%- set first = first_year | int * 12 + first_month | int - 1 -%}
    {%- set last = last_year | int * 12 + last_month | int - 1 -%}
    {%- if last < first -%}
        {{ exceptions.raise_compiler_error("months_in_range: " ~ start ~ " is after " ~ end ~ ".") }}
    {%- endif -%}
    {%- set months = [] -%}
    {%- for month in range(first, last + 1) -%}
        {%- do months.append("%04d-%02d" | format(month // 12, month % 12 + 1)) -%}
    {%- endfor -%}
    {%- do return(months) -%}
{% endmacro %}
