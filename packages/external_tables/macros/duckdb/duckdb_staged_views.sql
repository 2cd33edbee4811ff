{% macro duckdb_staged_views() %}
    {#- What the last staging noted in the comment of each view, or of the table that is an inventory. -#}
    {%- set query -%}
        select database_name, schema_name, view_name as name, comment, 'view' as kind from duckdb_views() where not internal
        union all
        select database_name, schema_name, table_name, comment, 'table' from duckdb_tables() where not internal
    {%- endset -%}
    {%- set views = {} -%}
    {%- for row in run_query(query).rows -%}
        {%- set notes = fromjson(row["comment"] or "", none) -%}
        {%- set notes = notes.external_tables if notes is mapping and notes.external_tables else {} -%}
        {%- set relation = api.Relation.create(
            database=row["database_name"], schema=row["schema_name"], identifier=row["name"]
        ) -%}
        {%- do views.update({relation | string | lower: dict(notes, kind=row["kind"])}) -%}
    {%- endfor -%}
    {%- do return(views) -%}
{% endmacro %}
