{% macro duckdb_globs(plans) %}
    {#- The globs of all partitions of these tables, as the arguments of a list in SQL. -#}
    {%- set globs = [] -%}
    {%- for plan in plans -%}
        {%- for partition in plan.partitions -%}
            {%- do globs.append(external_tables.sql_literal(external_tables.duckdb_glob(plan, partition))) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- do return(globs | unique | join(", ")) -%}
{% endmacro %}
