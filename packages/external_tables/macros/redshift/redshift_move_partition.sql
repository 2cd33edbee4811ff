{% macro redshift_move_partition(table, partition) %}
    {#- `add if not exists` leaves a partition that exists where it is. -#}
    {%- do return(
        "alter table " ~ table.relation.include(database=false) ~ " "
        ~ external_tables.redshift_partition(table, partition["values"])
        ~ " set location " ~ external_tables.redshift_location(table, partition)
    ) -%}
{% endmacro %}
