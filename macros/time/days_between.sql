{# Midnights between two times, an integer, negative if the second comes first: DuckDB's datediff is a bigint. #}
{% macro days_between(first, second) -%}
    cast({{ dbt.datediff(first, second, 'day') }} as integer)
{%- endmacro %}
