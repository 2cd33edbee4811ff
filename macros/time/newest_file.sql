{# `loaded_at_query` of a source's freshness: neither engine's external tables know when they were loaded. #}
{% macro newest_file(inventory, table) -%}
    select max(cast(modified_at as timestamp)) from {{ inventory }}
    where path like 'raw_tickit_data/{{ table }}/%'
{%- endmacro %}
