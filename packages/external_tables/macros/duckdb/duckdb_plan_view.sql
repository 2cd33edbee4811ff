{% macro duckdb_plan_view(plan, full_refresh) %}
    {#- What must be done so that the view is as declared. What made it is noted in its comment, for the next run. -#}
    {%- set table = plan.table -%}
    {%- set columns = [] -%}
    {%- for column in table.columns -%}
        {%- do columns.append(external_tables.duckdb_typed_column(column, table)) -%}
    {%- endfor -%}
    {%- set partitions = {} -%}
    {%- set named_by_folders = [] -%}
    {%- set selects = [] -%}
    {%- for partition in plan.partitions -%}
        {%- if table.partitions -%}
            {%- do partitions.update({partition.path: external_tables.duckdb_folder(plan, partition)}) -%}
        {%- endif -%}
        {%- if external_tables.duckdb_is_named_by_folders(plan, partition) -%}
            {%- do named_by_folders.append(partition) -%}
        {%- else -%}
            {%- do selects.append(external_tables.duckdb_select_files(plan, [partition], columns)) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if named_by_folders -%}
        {%- do selects.append(external_tables.duckdb_select_files(plan, named_by_folders, columns)) -%}
    {%- endif -%}
    {%- if table.inventory_of -%}
        {%- do selects.append(external_tables.duckdb_select_inventory(plan, columns)) -%}
    {%- endif -%}
    {%- set sql = selects | join("\nunion all\n") -%}
    {%- set notes = {
        "inputs": plan.inputs,
        "sql": local_md5(sql),
        "definition": external_tables.external_table_definition(table, plan.location, partitions),
        "exact": plan.exact,
        "content_warnings": plan.content_warnings,
    } -%}

    {%- set view = plan.view -%}
    {%- if view is none -%}
        {%- set result = external_tables.created(partitions) -%}
    {%- elif not view -%}
        {%- set result = "recreated (the view there was not staged by external_tables)" -%}
    {%- else -%}
        {%- set changes = external_tables.external_table_changes(view.definition, notes.definition) -%}
        {%- if full_refresh -%}
            {%- do changes.reasons.append("full refresh") -%}
        {%- elif view.exact != plan.exact -%}
            {%- do changes.reasons.append("other bytes in its files: see duckdb_read_text_exactly") -%}
        {%- endif -%}
        {%- set result = external_tables.describe_changes(changes) -%}
        {%- if result == "unchanged" and view.sql != notes.sql -%}
            {%- set result = "recreated (another version of external_tables)" -%}
        {%- endif -%}
    {%- endif -%}

    {%- set statements = [] -%}
    {%- if result != "unchanged" -%}
        {%- do statements.append("create schema if not exists " ~ table.relation.without_identifier()) -%}
        {%- do statements.append("create or replace view " ~ table.relation ~ " as\n" ~ sql) -%}
    {%- elif view.inputs != plan.inputs -%}
        {%- do plan.notes.append("its files changed and were checked") -%}
    {%- endif -%}
    {%- if statements or view.inputs != plan.inputs -%}
        {%- do statements.append(
            "comment on view " ~ table.relation ~ " is "
            ~ external_tables.sql_literal(tojson({"external_tables": notes}))
        ) -%}
    {%- endif -%}
    {%- do plan.warnings.extend(plan.content_warnings) -%}
    {%- do plan.update({"result": result, "statements": statements}) -%}
{% endmacro %}
