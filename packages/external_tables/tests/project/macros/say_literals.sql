{% macro say_literals(texts) %}
    {#- Each text (of a list in JSON) as a literal of both engines, and what DuckDB reads from its own. -#}
    {%- for text in fromjson(texts) -%}
        {%- set literal = external_tables.sql_literal(text) -%}
        {%- do log(tojson({
            "redshift": external_tables.redshift__sql_literal(text),
            "read": run_query("select " ~ literal).rows[0][0],
        }), info=true) -%}
    {%- endfor -%}
{% endmacro %}
