{% macro duckdb_check_parquet(plans) %}
    {#- Every file must have every declared column: only the metadata of the files is read. -#}
    {%- if not plans -%}
        {%- do return(none) -%}
    {%- endif -%}
    {%- set query -%}
        select file_name, list(lower(name)) as column_names
        from parquet_schema([{{ external_tables.duckdb_globs(plans) }}])
        group by file_name
        order by file_name
    {%- endset -%}
    {%- set schemas = run_query(query).rows -%}
    {%- for plan in plans -%}
        {%- set missing = {} -%}
        {%- for schema in schemas if schema["file_name"] in plan.partition_of -%}
            {%- for column in plan.table.columns if column.name | lower not in schema["column_names"] -%}
                {%- do missing.setdefault(column.name, []).append(schema["file_name"]) -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- for name, filenames in missing.items() -%}
            {%- do plan.errors.append(
                external_tables.some(filenames) ~ ": has no column " ~ name ~ ". Write it, or take it out of the YAML."
            ) -%}
        {%- endfor -%}
    {%- endfor -%}
{% endmacro %}
