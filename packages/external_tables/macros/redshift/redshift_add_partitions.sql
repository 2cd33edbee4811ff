{% macro redshift_add_partitions(table, partitions) %}
    {#- Redshift takes 100 partitions in one statement. -#}
    {%- set statements = [] -%}
    {%- for some in partitions | batch(100) -%}
        {%- set clauses = [] -%}
        {%- for partition in some -%}
            {%- do clauses.append(
                external_tables.redshift_partition(table, partition["values"]) ~ " location "
                ~ external_tables.redshift_location(table, partition)
            ) -%}
        {%- endfor -%}
        {%- do statements.append(
            "alter table " ~ table.relation.include(database=false) ~ " add if not exists\n" ~ clauses | join("\n")
        ) -%}
    {%- endfor -%}
    {%- do return(statements) -%}
{% endmacro %}
