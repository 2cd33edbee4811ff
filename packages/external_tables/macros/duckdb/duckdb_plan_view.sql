{% macro duckdb_plan_view(plan, full_refresh) %}
    {#- What must be done so that the view is as declared. What made it is noted in its comment, for the next run. -#}
    {%- set table, view = plan.table, plan.view -%}
    {%- set kind = "table" if table.inventory_of else "view" -%}
    {%- set columns = [] -%}
    {%- for column in table.columns -%}
        {%- do columns.append(external_tables.duckdb_typed_column(column, table)) -%}
    {%- endfor -%}
    {#- A partition is where its path says, so the note has no location of each. -#}
    {%- set partitions = dict.fromkeys((plan.partitions if table.partitions else []) | map(attribute="path"), "") -%}
    {%- if table.inventory_of -%}
        {%- set sql = external_tables.duckdb_select_inventory(plan, columns) -%}
    {%- else -%}
        {%- set sql = external_tables.duckdb_select_partitions(plan, columns) | join("\nunion all\n") -%}
    {%- endif -%}
    {%- set notes = {
        "inputs": plan.inputs,
        "sql": local_md5(sql),
        "sample": "" if table.inventory_of else external_tables.duckdb_sample(plan),
        "definition": external_tables.external_table_definition(table, plan.location, partitions),
        "found": {
            "partitions": external_tables.duckdb_sampled(plan.partitions, plan.exact),
            "named_by_folders": plan.named_by_folders,
            "exact": plan.exact,
            "content_warnings": plan.content_warnings,
            "notes": plan.notes | list,
            "warnings": plan.warnings,
        },
    } -%}

    {%- if not view -%}
        {%- set result = external_tables.created(partitions) -%}
    {%- elif not view.definition -%}
        {%- set result = "recreated (the " ~ view.kind ~ " there was not staged by external_tables)" -%}
    {%- else -%}
        {%- set existing = dict(view.definition, partitions=dict.fromkeys(view.definition.partitions, "")) -%}
        {%- set changes = external_tables.external_table_changes(existing, notes.definition) -%}
        {%- if full_refresh -%}
            {%- do changes.reasons.append("full refresh") -%}
        {%- elif view.found and view.found.exact != plan.exact -%}
            {%- do changes.reasons.append("other bytes in its files: see duckdb_read_text_exactly") -%}
        {%- endif -%}
        {%- set result = external_tables.describe_changes(changes) -%}
        {%- if result == "unchanged" and (view.sql != notes.sql or view.kind != kind) -%}
            {%- set result = "recreated (another version of external_tables)" -%}
        {%- endif -%}
    {%- endif -%}

    {%- set has_other_files = view and view.inputs != plan.inputs -%}
    {%- set is_changed = result != "unchanged" or has_other_files or view.sample != notes.sample -%}
    {%- if has_other_files and result == "unchanged" -%}
        {%- do plan.notes.append(
            plan.file_count ~ " file" ~ ("s" if plan.file_count != 1) if table.inventory_of else "its files changed and were checked"
        ) -%}
    {%- endif -%}
    {%- set statements = [] -%}
    {%- if result != "unchanged" or (is_changed and table.inventory_of) -%}
        {%- do statements.append("create schema if not exists " ~ table.relation.without_identifier()) -%}
        {%- if view and view.kind != kind and (view.definition or view.kind == "view") -%}
            {%- do statements.append("drop " ~ view.kind ~ " " ~ table.relation) -%}
        {%- elif view and view.kind != kind -%}
            {%- do plan.errors.append(
                "there is a table " ~ table.relation ~ " that was not staged by external_tables. Rename or drop it."
            ) -%}
        {%- endif -%}
        {%- do statements.append("create or replace " ~ kind ~ " " ~ table.relation ~ " as\n" ~ sql) -%}
    {%- endif -%}
    {%- if is_changed -%}
        {%- do statements.append(
            "comment on " ~ kind ~ " " ~ table.relation ~ " is "
            ~ external_tables.sql_literal(tojson({"external_tables": notes}))
        ) -%}
    {%- endif -%}
    {%- do plan.update({
        "result": result, "statements": statements, "warnings": plan.warnings + plan.content_warnings,
    }) -%}
{% endmacro %}
