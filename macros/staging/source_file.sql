{#
    SQL of the file that a line of a raw table came from, as the inventory calls it: its path below the lake, so the same
    wherever the lake is.
#}
{% macro source_file(table) -%}
    substring("$path", position('/raw_tickit_data/{{ table }}/' in "$path") + 1)
{%- endmacro %}
