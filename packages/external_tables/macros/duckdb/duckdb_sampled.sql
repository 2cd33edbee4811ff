{% macro duckdb_sampled(partitions, exact) %}
    {%- set first = partitions[:101] -%}
    {%- if exact -%}
        {%- set first = first + (partitions[101:] | selectattr("path", "equalto", exact[0]) | list) -%}
    {%- endif -%}
    {%- do return(first) -%}
{% endmacro %}
