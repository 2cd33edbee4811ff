{% macro duckdb_select_partitions(plan, columns) %}
    {#- One reader reads all partitions that are named by their folders; the others, up to a hundred, have one each, so that
        a query of some opens only their files. -#}
    {%- set table = plan.table -%}
    {%- if not plan.partitions -%}
        {%- do return([external_tables.duckdb_select_nothing(table)]) -%}
    {%- endif -%}
    {#- Delimited text of a partition that has no file yet is read as soon as it has, as on Spectrum. -#}
    {%- set declared = table.partitions if table.partitions and plan.text_format == "delimited" else plan.partitions -%}
    {%- set groups = {} -%}
    {%- for partition in declared -%}
        {%- set depth = partition.path.split("/") | length -%}
        {%- set key = partition.path if partition.path in plan.exact
            else ("" if plan.named_by_folders else depth | string) -%}
        {%- do groups.setdefault(key, []).append(partition) -%}
    {%- endfor -%}
    {%- set selects = [] -%}
    {%- for partitions in groups.values() -%}
        {%- if plan.named_by_folders or partitions | length > 100 -%}
            {%- do selects.append(external_tables.duckdb_select_files(plan, partitions, columns)) -%}
        {%- else -%}
            {%- for partition in partitions -%}
                {%- do selects.append(external_tables.duckdb_select_files(plan, [partition], columns)) -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do return(selects) -%}
{% endmacro %}
