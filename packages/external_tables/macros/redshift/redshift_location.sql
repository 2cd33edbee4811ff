{% macro redshift_location(table, partition) %}
    {#- The catalog gives the location of what the YAML does not declare. -#}
    {%- set location = partition.location or table.location ~ (partition.path ~ "/" if partition.path else "") -%}
    {%- do return(external_tables.sql_literal(location)) -%}
{% endmacro %}
