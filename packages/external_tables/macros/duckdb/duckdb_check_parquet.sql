{% macro duckdb_check_parquet(plans) %}
    {#- Every file must have every declared column, of its declared type: "the column type in the CREATE EXTERNAL TABLE
        definition must match the column type of the data file", decimals also in precision and scale (AWS re:Post,
        redshift-spectrum-data-errors). Only the metadata of the files is read. -#}
    {%- if not plans -%}
        {%- do return(none) -%}
    {%- endif -%}
    {#- The nodes of a schema are listed from the top down; a node is a column of the table unless it is below another. -#}
    {%- set query -%}
        select cast(list(file_name order by file_name) as json) as file_names, nodes
        from (
            select
                file_name,
                cast(list(
                    {'name': name, 'type': coalesce(duckdb_type, 'nested'), 'children': coalesce(num_children, 0)}
                    order by column_id
                ) as json) as nodes
            from parquet_schema([{{ external_tables.duckdb_globs(plans) }}])
            group by file_name
        )
        group by nodes
        order by min(file_name)
    {%- endset -%}
    {%- set schemas = [] -%}
    {%- for row in run_query(query).rows -%}
        {%- set nodes = fromjson(row["nodes"]) -%}
        {%- set ns = namespace(below=0) -%}
        {%- set columns = {} -%}
        {%- for node in nodes[1:] -%}
            {%- if ns.below -%}
                {%- set ns.below = ns.below - 1 + node.children -%}
            {%- else -%}
                {%- do columns.setdefault(node.name | lower, []).append(node.type) -%}
                {%- set ns.below = node.children -%}
            {%- endif -%}
        {%- endfor -%}
        {%- do schemas.append({"file_names": fromjson(row["file_names"]), "columns": columns}) -%}
    {%- endfor -%}
    {%- for plan in plans -%}
        {%- do external_tables.duckdb_judge_parquet(plan, schemas) -%}
    {%- endfor -%}
{% endmacro %}
