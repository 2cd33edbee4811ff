{% macro redshift_plan_table(table, existing, full_refresh) %}
    {#- What must be done so that the table is as declared. Asks nothing of the warehouse: `existing` is a definition of
        redshift_describe_existing, or none. -#}
    {%- set by_name = {} -%}
    {%- set locations = {} -%}
    {%- for partition in table.partitions -%}
        {%- set name = tojson(partition["values"]) -%}
        {%- do by_name.update({name: partition}) -%}
        {%- do locations.update({name: table.location ~ partition.path}) -%}
    {%- endfor -%}
    {%- set declared = external_tables.external_table_definition(table, table.location, locations) -%}

    {%- set errors = external_tables.redshift_unsupported(table) -%}
    {%- set warnings = [] -%}
    {%- set statements = [] -%}
    {%- set changes = {"reasons": [], "added": by_name, "moved": [], "removed": []} -%}
    {%- if existing is not none -%}
        {%- set changes = external_tables.external_table_changes(
            external_tables.redshift_comparable(existing, declared),
            external_tables.redshift_comparable(declared, declared),
        ) -%}
        {%- if full_refresh -%}
            {%- do changes.reasons.append("full refresh") -%}
        {%- endif -%}
    {%- endif -%}
    {%- set kept = external_tables.redshift_kept_partitions(table, existing, changes, warnings, errors) -%}

    {%- if existing is none or changes.reasons -%}
        {%- set result = external_tables.created(table.partitions) if existing is none
            else external_tables.describe_changes(changes) -%}
        {#- Not in one transaction, because external tables know none: for a moment the table is not there. -#}
        {%- if existing is not none -%}
            {%- do statements.append("drop table if exists " ~ table.relation.include(database=false)) -%}
        {%- endif -%}
        {%- do statements.append(external_tables.redshift_create_external_table(table)) -%}
        {%- do statements.extend(external_tables.redshift_add_partitions(table, table.partitions + kept)) -%}
    {%- else -%}
        {%- set result = external_tables.describe_changes(changes) -%}
        {%- set added = [] -%}
        {%- for name in changes.added -%}
            {%- do added.append(by_name[name]) -%}
        {%- endfor -%}
        {%- do statements.extend(external_tables.redshift_add_partitions(table, added)) -%}
        {%- for name in changes.moved -%}
            {%- do statements.append(external_tables.redshift_move_partition(table, by_name[name])) -%}
        {%- endfor -%}
        {%- for name in changes.removed -%}
            {%- do statements.append(external_tables.redshift_drop_partition(table, fromjson(name))) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- do return({
        "table": table,
        "result": result,
        "notes": [],
        "warnings": warnings,
        "errors": errors,
        "statements": statements,
    }) -%}
{% endmacro %}
