{% macro duckdb_sample(plan) %}
    {#- If it is that of the last staging, this version of the package would write the same SQL for all partitions, and does
        not have to. One more than a hundred, because from there on duckdb_select_partitions writes another form; and one
        that is read exactly. -#}
    {%- set table = plan.table -%}
    {%- set declared = external_tables.duckdb_sampled(table.partitions, plan.exact) -%}
    {%- set found = external_tables.duckdb_sampled(plan.partitions, plan.exact) -%}
    {%- set columns = [] -%}
    {%- for column in table.columns -%}
        {%- do columns.append(external_tables.duckdb_typed_column(column, table)) -%}
    {%- endfor -%}
    {%- set sample = dict(plan, table=dict(table, partitions=declared), partitions=found, partition_of={}) -%}
    {%- do return(local_md5(external_tables.duckdb_select_partitions(sample, columns) | join("\n"))) -%}
{% endmacro %}
