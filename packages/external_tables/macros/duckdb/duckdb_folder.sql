{% macro duckdb_folder(plan, partition) %}
    {%- do return(plan.location ~ (partition.path ~ "/" if partition.path else "")) -%}
{% endmacro %}
