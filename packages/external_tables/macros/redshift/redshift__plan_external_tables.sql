{% macro redshift__plan_external_tables(tables, full_refresh) %}
    {%- set existing = external_tables.redshift_existing_tables(tables) -%}
    {%- set plans = [] -%}
    {%- set schemas = [] -%}
    {%- for table in tables -%}
        {%- set plan = external_tables.redshift_plan_table(
            table, existing.get((table.relation.schema ~ "." ~ table.relation.identifier) | lower), full_refresh
        ) -%}
        {%- do plans.append(plan) -%}
        {%- if plan.result.startswith("created") -%}
            {%- do schemas.append(table.relation.schema | lower) -%}
        {%- endif -%}
    {%- endfor -%}

    {#- Asked for only where a table is new: whoever has the table has its schema. -#}
    {%- if schemas -%}
        {%- set found = [] -%}
        {%- for row in run_query("select lower(schemaname) as schemaname from svv_external_schemas") -%}
            {%- do found.append(row["schemaname"]) -%}
        {%- endfor -%}
        {%- for plan in plans
            if plan.result.startswith("created") and plan.table.relation.schema | lower not in found -%}
            {%- do plan.errors.append(
                "there is no external schema " ~ plan.table.relation.schema
                ~ ". Create it once: create external schema " ~ plan.table.relation.schema
                ~ " from data catalog database '<glue database>' iam_role '<role>' create external database if not exists;"
            ) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- do return(plans) -%}
{% endmacro %}
