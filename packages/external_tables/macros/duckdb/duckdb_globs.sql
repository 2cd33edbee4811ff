{% macro duckdb_globs(plans) %}
    {#- The globs of all partitions of these tables, as the arguments of a list in SQL. -#}
    {%- set globs = {} -%}
    {%- for plan in plans -%}
        {%- if not plan.location.endswith("/") -%}
            {%- do globs.update({external_tables.sql_literal(external_tables.duckdb_escaped(plan.location)): 1}) -%}
        {%- endif -%}
        {%- for partition in (plan.partitions if plan.location.endswith("/") else []) -%}
            {%- set glob = external_tables.duckdb_glob(plan, partition) -%}
            {%- do globs.update({external_tables.sql_literal(glob): 1}) -%}
        {%- endfor -%}
        {#- One by one: a glob that matches nothing is an error. -#}
        {%- for path in (plan.partition_of if plan.one_character_names else []) if path.rpartition("/")[2] | length == 1
            and (plan.partitions | selectattr("path", "equalto", plan.partition_of[path]) | list) -%}
            {%- do globs.update({external_tables.sql_literal(external_tables.duckdb_escaped(path)): 1}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- do return(globs | join(", ")) -%}
{% endmacro %}
