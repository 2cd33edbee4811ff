{#
    A condition on the rows of this model: is the row made of something that is not as it was, or of a month of a backfill?
    A row with a `unique_key` is made of its month and of those before.
#}
{% macro is_outdated() -%}
    {%- set months = backfill_months() -%}
    delivery_version not in (
        select delivery_version
        from {{ ref('stg_tickit__delivered_months') }}
        {%- if months %}
        where {{
            "month_start_date < cast('" ~ months[0] ~ "' as date)" if config.get('unique_key')
            else 'not ' ~ is_in_months('month_start_date', months)
        }}
        {%- endif %}
    )
{%- endmacro %}
