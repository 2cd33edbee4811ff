{% macro canonical_type(data_type) %}
    {#- The catalog says `int` where the YAML says `integer`: one name for each type, so that only a change is one. -#}
    {%- set synonyms = {
        "character varying": "varchar", "character": "char", "integer": "int", "int4": "int", "int8": "bigint",
        "int2": "smallint", "numeric": "decimal", "double precision": "double", "float8": "double", "float": "double",
        "float4": "real", "bool": "boolean", "timestamp without time zone": "timestamp",
    } -%}
    {%- set name, bracket, size = data_type.lower().partition("(") -%}
    {%- do return(synonyms.get(name.strip(), name.strip()) ~ bracket ~ size.replace(" ", "")) -%}
{% endmacro %}
