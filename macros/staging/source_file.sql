{# Relative to the lake, so it does not depend on where the lake is. #}
{% macro source_file(table) -%}
    substring("$path", position('/raw_tickit_data/{{ table }}/' in "$path") + 1)
{%- endmacro %}
