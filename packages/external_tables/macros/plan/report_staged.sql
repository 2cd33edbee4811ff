{% macro report_staged(plans, started_at) %}
    {%- set seconds = (modules.datetime.datetime.now() - started_at).total_seconds() -%}
    {%- set ns = namespace(changed=0) -%}
    {%- for plan in plans -%}
        {%- set notes = [plan.result] + plan.notes -%}
        {%- do log("%-40s %s" | format(plan.table.name, notes | join(", ")), info=true) -%}
        {%- if plan.statements -%}
            {%- set ns.changed = ns.changed + 1 -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do log(
        "External tables: " ~ plans | length ~ " staged, " ~ ns.changed ~ " changed, "
        ~ (plans | length - ns.changed) ~ " unchanged, " ~ "%.1f" | format(seconds) ~ " s",
        info=true,
    ) -%}
{% endmacro %}
