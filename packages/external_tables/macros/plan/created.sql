{% macro created(partitions) %}
    {%- set number = partitions | length -%}
    {%- do return("created" ~ (" (" ~ number ~ " partition" ~ ("s" if number > 1 else "") ~ ")" if number else "")) -%}
{% endmacro %}
