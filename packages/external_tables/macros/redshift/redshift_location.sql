{% macro redshift_location(table, partition) %}
    {#- That of the catalog, where the partition is none of the YAML's. -#}
    {%- set location = partition.location or table.location ~ (partition.path ~ "/" if partition.path else "") -%}
    {%- do return(external_tables.sql_literal(location)) -%}
{% endmacro %}
