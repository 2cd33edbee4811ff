{% macro duckdb_is_named_by_folders(plan, partition_of, strays) %}
    {#- Do the names of its folders say all that the declaration does? Then one reader takes all partitions and finds the
        values there, and a query of some of them opens only their files. A folder `name=value` that is no partition,
        above or below, would be taken for one. -#}
    {%- set columns = plan.table.partition_columns | map(attribute="name") | list -%}
    {%- if not columns or "=" in plan.location or plan.text_format in ("csv", "json") -%}
        {%- do return(false) -%}
    {%- endif -%}
    {%- for partition in plan.table.partitions -%}
        {%- set folders = [] -%}
        {%- for value in partition["values"] -%}
            {%- do folders.append(columns[loop.index0] ~ "=" ~ value) -%}
        {%- endfor -%}
        {#- DuckDB decodes % in such a name, and reads null as NULL. -#}
        {%- if partition.path != folders | join("/")
            or not modules.re.fullmatch("(?!.*=null(/|$))([A-Za-z0-9_]+=[A-Za-z0-9.-]+/?)+", partition.path | lower) -%}
            {%- do return(false) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set partition_folder = columns | join("=[^/]*/") ~ "=[^/]*/" -%}
    {%- for path in partition_of -%}
        {%- if path[plan.location | length:].rpartition("/")[0].count("=") != columns | length -%}
            {%- do return(false) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for folder in strays if modules.re.match(partition_folder, folder) and folder.count("=") != columns | length -%}
        {%- do return(false) -%}
    {%- endfor -%}
    {%- do return(true) -%}
{% endmacro %}
