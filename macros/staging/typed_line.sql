{# Canonical values: blanks and leading zeros are gone. #}
{% macro typed_line(relation, fields) -%}
    {%- for _, name, type, _ in fields -%}
        {{ " || '|' || " if not loop.first }}coalesce({{ as_text(relation ~ '.' ~ name, type) }}, '')
    {%- endfor -%}
{%- endmacro %}
