{% macro redshift__staged_locations(schema) %}
    {%- set locations = {} -%}
    {%- for table, location in run_query(
        "select tablename, location from svv_external_tables where lower(schemaname) = "
        ~ external_tables.sql_literal(schema.schema | lower)
    ).rows -%}
        {%- do locations.update({table | lower: location.rstrip("/")}) -%}
    {%- endfor -%}
    {%- do return(locations) -%}
{% endmacro %}
