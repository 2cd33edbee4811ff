{#
    The deliveries of a raw table that this base model has not loaded as they are now, and those of a backfill: a list
    of months, or ['all'].
#}
{% macro changed_deliveries(table) %}
    {% set changed = keys_that_differ(
        "select distinct delivery as part, delivery_version as version from " ~ ref('base_tickit__files')
        ~ " where table_name = " ~ external_tables.sql_literal(table),
        "select distinct delivery as part, delivery_version as version from " ~ this
    ) %}
    {% for month in backfill_months() if raw_tables()[table].month and month[:7] not in changed %}
        {% do changed.append(month[:7]) %}
    {% endfor %}
    {{ return(changed) }}
{% endmacro %}
