{# When the newest file of a table of the raw zone was written (UTC): `loaded_at_query` of its freshness. #}
{% macro newest_file(inventory, table) -%}
    select max(cast(modified_at as timestamp)) from {{ inventory }}
    where path like 'raw_tickit_data/{{ table }}/%'
{%- endmacro %}
