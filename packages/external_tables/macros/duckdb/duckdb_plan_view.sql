{% macro duckdb_plan_view(plan, full_refresh) %}
    {%- set table = plan.table -%}
    {%- set partitions = {} -%}
    {%- set selects = [] -%}
    {%- for partition in plan.partitions -%}
        {%- if table.partitions -%}
            {%- do partitions.update({partition.path: plan.location ~ partition.path}) -%}
        {%- endif -%}
        {%- do selects.append(external_tables.duckdb_select_files(plan, partition)) -%}
    {%- endfor -%}
    {%- set sql = selects | join("\nunion all\n") -%}
    {%- set definition = external_tables.external_table_definition(table, plan.location, partitions) -%}
    {%- set now = {"inputs": plan.inputs, "sql": local_md5(sql), "definition": definition} -%}

    {%- set view = plan.view -%}
    {%- if view is none -%}
        {%- set result = "created" ~ (" (" ~ partitions | length ~ " partitions)" if partitions) -%}
    {%- elif not view.definition -%}
        {%- set result = "recreated (the view there was not staged by external_tables)" -%}
    {%- else -%}
        {%- set changes = external_tables.external_table_changes(view.definition, definition) -%}
        {%- if full_refresh -%}
            {%- do changes.reasons.append("full refresh") -%}
        {%- elif view.sql != now.sql and not (changes.reasons or changes.added or changes.removed) -%}
            {%- do changes.reasons.append("how its files must be read") -%}
        {%- endif -%}
        {%- set result = external_tables.describe_changes(changes) -%}
    {%- endif -%}

    {%- set statements = [] -%}
    {%- if full_refresh or not view or view.sql != now.sql -%}
        {%- do statements.append("create schema if not exists " ~ table.relation.without_identifier()) -%}
        {%- do statements.append("create or replace view " ~ table.relation ~ " as\n" ~ sql) -%}
    {%- elif result == "unchanged" -%}
        {%- do plan.notes.append("its files have changed and were checked") -%}
    {%- endif -%}
    {%- do statements.append(
        "comment on view " ~ table.relation ~ " is " ~ external_tables.sql_literal(tojson({"external_tables": now}))
    ) -%}
    {%- do plan.update({"result": result, "statements": statements}) -%}
{% endmacro %}
