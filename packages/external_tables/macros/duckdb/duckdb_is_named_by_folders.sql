{% macro duckdb_is_named_by_folders(plan, partition) %}
    {#- Do the names of its folders say all that the declaration does? Then one reader takes this partition with others
        and finds the values there, and a query of some partitions opens only their files. A folder `name=value` that is
        no partition, above or below, would be taken for one. -#}
    {%- if not plan.table.partition_columns or partition.path in plan.exact or "=" in plan.location -%}
        {%- do return(false) -%}
    {%- endif -%}
    {%- if plan.text_format in ("csv", "json") -%}
        {%- do return(false) -%}
    {%- endif -%}
    {%- set folders = [] -%}
    {%- for column in plan.table.partition_columns -%}
        {%- set value = partition["values"][loop.index0] -%}
        {#- In the name of a folder, DuckDB reads null as NULL. -#}
        {%- if not modules.re.fullmatch("[A-Za-z0-9.-]+", value) or value | lower == "null" -%}
            {%- do return(false) -%}
        {%- endif -%}
        {%- do folders.append(column.name ~ "=" ~ value) -%}
    {%- endfor -%}
    {%- if partition.path != folders | join("/") -%}
        {%- do return(false) -%}
    {%- endif -%}
    {%- set folder = external_tables.duckdb_folder(plan, partition) -%}
    {%- for filename, path in plan.partition_of.items() if path == partition.path -%}
        {%- if "=" in filename[folder | length:].rpartition("/")[0] -%}
            {%- do return(false) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do return(true) -%}
{% endmacro %}
