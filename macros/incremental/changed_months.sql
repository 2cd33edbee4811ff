{#
    The months that this model has to build anew, because no row of it carries their version in
    stg_tickit__delivered_months: a list of first days. dbt's `--event-time-start` and `--event-time-end` add the months
    in between, changed or not: a backfill.
#}
{% macro changed_months() %}
    {% set query %}
        select cast(month_start_date as varchar(10)) as month_start_date
        from {{ ref('stg_tickit__delivered_months') }}
        where delivery_version not in (select distinct delivery_version from {{ this }})
    {% endset %}
    {{ return((run_query(query).columns[0].values() | list + backfill_months()) | unique | sort) }}
{% endmacro %}
