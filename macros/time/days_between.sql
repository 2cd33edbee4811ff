{# DuckDB's datediff is a bigint, Redshift's an integer. #}
{% macro days_between(first, second) -%}
    cast({{ dbt.datediff(first, second, 'day') }} as integer)
{%- endmacro %}
