{#
    The months that this model has to build anew, because what they are made of is not what they were built from: a
    list of first days. The model's `meta` says which column is its date and which version of stg_tickit__delivered_months it
    carries as `delivery_version`. dbt's `--event-time-start` and `--event-time-end` add the months in between, changed
    or not: a backfill.
#}
{% macro changed_months() %}
    {% set months = keys_that_differ(
        "select month_start_date as part, " ~ config.get('meta').version ~ " as version from "
        ~ ref('stg_tickit__delivered_months') ~ " where " ~ config.get('meta').version ~ " is not null",
        "select distinct cast(" ~ dbt.date_trunc('month', config.get('meta').month_of)
        ~ " as date) as part, delivery_version as version from " ~ this
    ) %}
    {{ return((months + backfill_months()) | unique | sort) }}
{% endmacro %}
