{# Redshift has no cast from boolean to varchar. #}
{% macro as_text(column, type) -%}
    {%- if type == 'boolean' -%}
        case when {{ column }} then 'true' when not {{ column }} then 'false' end
    {%- else -%}
        cast({{ column }} as varchar(256))
    {%- endif -%}
{%- endmacro %}
