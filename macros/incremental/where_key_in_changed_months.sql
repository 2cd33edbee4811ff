{#
    A where clause for a model whose row is made of several months: only the keys of which something happened in a month
    that is to be built anew, now or when this model was built. Nothing on a first run, which builds all.
#}
{% macro where_key_in_changed_months(key, happened) -%}
    {#- Named on every run, so that dbt knows of it when it parses. -#}
    {%- do ref('stg_tickit__delivered_months') -%}
    {%- if builds_on_itself() -%}
        {%- set months = changed_months() -%}
        where {{ key }} in (
            {%- for relation, time in happened %}
            select {{ key }} from {{ relation }} where {{ is_in_months(time, months) }}
            union all
            {%- endfor %}
            select {{ key }} from {{ this }} where {{ is_outdated() }}
        )
    {%- endif -%}
{%- endmacro %}
