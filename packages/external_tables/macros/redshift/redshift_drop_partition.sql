{% macro redshift_drop_partition(table, values) %}
    {%- do return(
        "alter table " ~ table.relation.include(database=false) ~ " drop "
        ~ external_tables.redshift_partition(table, values)
    ) -%}
{% endmacro %}
