{% macro redshift_existing_tables(tables) %}
    {#- Three queries, however many tables there are: each one asks the data catalog, which takes its time. -#}
    {%- set schemas = [] -%}
    {%- for table in tables -%}
        {%- do schemas.append(external_tables.sql_literal(table.relation.schema | lower)) -%}
    {%- endfor -%}
    {%- if not schemas -%}
        {%- do return({}) -%}
    {%- endif -%}
    {%- set in_our_schemas = "where lower(schemaname) in (" ~ schemas | unique(case_sensitive=true) | join(", ") ~ ")" -%}
    {%- do return(external_tables.redshift_describe_existing(
        run_query(
            "select schemaname, tablename, location, input_format, serialization_lib, serde_parameters, parameters "
            ~ "from svv_external_tables " ~ in_our_schemas
        ).rows,
        run_query(
            "select schemaname, tablename, columnname, external_type, part_key "
            ~ "from svv_external_columns " ~ in_our_schemas ~ " order by schemaname, tablename, columnnum"
        ).rows,
        run_query(
            "select schemaname, tablename, \"values\", location "
            ~ "from svv_external_partitions " ~ in_our_schemas
        ).rows,
    )) -%}
{% endmacro %}
