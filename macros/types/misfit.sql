{% macro misfit(type) -%}
    {%- if type.startswith('varchar(') -%}
        longer than {{ type[8:-1] }} bytes
    {%- else -%}
        not {{ 'an' if type == 'integer' else 'a' }} {{ type }}
    {%- endif -%}
{%- endmacro %}
