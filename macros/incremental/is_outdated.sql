{# A condition on the rows of this model: is the row made of something that is not as it was, or of a month of a backfill? #}
{% macro is_outdated() -%}
    {%- set months = backfill_months() -%}
    delivery_version not in (
        select delivery_version
        from {{ ref('stg_tickit__delivered_months') }}
        {%- if months %}
        where not {{ is_in_months('month_start_date', months) }}
        {%- endif %}
    )
{%- endmacro %}
