{% macro duckdb_staged_views() %}
    {#- What the last staging noted in the comment of each view: {relation: {inputs, definition, sql}}. -#}
    {%- set query -%}
        select
            '"' || database_name || '"."' || schema_name || '"."' || view_name || '"' as relation,
            comment,
        from duckdb_views()
        where not internal
    {%- endset -%}
    {%- set views = {} -%}
    {%- for row in run_query(query) -%}
        {%- set notes = fromjson(row["comment"] or "", none) -%}
        {%- do views.update({row["relation"] | lower: notes.external_tables if notes is mapping else {}}) -%}
    {%- endfor -%}
    {%- do return(views) -%}
{% endmacro %}
