{% macro plan_external_tables(tables, full_refresh) %}
    {#- A table whose YAML has a mistake is not planned: what it should be is not known. -#}
    {%- set plans = [] -%}
    {%- set declared_in = {} -%}
    {%- for table in tables -%}
        {%- set relation = table.relation | string | lower -%}
        {%- if relation in declared_in -%}
            {%- do table.errors.append("it is the same table of the warehouse as " ~ declared_in[relation] ~ ".") -%}
        {%- endif -%}
        {%- do declared_in.update({relation: table.name}) -%}
        {%- if table.errors -%}
            {%- do plans.append({
                "table": table, "result": "", "notes": [], "warnings": table.warnings, "errors": table.errors,
                "statements": [],
            }) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set planned = adapter.dispatch("plan_external_tables", "external_tables")(
        tables | rejectattr("errors") | list, full_refresh
    ) -%}
    {%- for plan in planned -%}
        {%- do plan.update({"warnings": plan.table.warnings + plan.warnings}) -%}
    {%- endfor -%}
    {%- do return(plans + planned) -%}
{% endmacro %}

{% macro default__plan_external_tables(tables, full_refresh) %}
    {{ exceptions.raise_compiler_error("external_tables is not supported on " ~ target.type ~ ".") }}
{% endmacro %}
