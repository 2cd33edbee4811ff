{% macro say_parsed(texts, what) %}
    {#- Each text (of a list in JSON) as parse_properties or parse_row_format reads it. -#}
    {%- for text in fromjson(texts) -%}
        {%- set errors = [] -%}
        {%- if what == "properties" -%}
            {%- set parsed = external_tables.parse_properties(text, errors) -%}
        {%- else -%}
            {%- set parsed = external_tables.parse_row_format(text, errors) -%}
        {%- endif -%}
        {%- do log(tojson({"parsed": parsed, "errors": errors}), info=true) -%}
    {%- endfor -%}
{% endmacro %}
