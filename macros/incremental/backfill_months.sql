{#
    The months between dbt's `--event-time-start` and `--event-time-end` (the end is not in it): a list of first days,
    in order; empty without these options.
#}
{% macro backfill_months() %}
    {% set months = [] %}
    {% set start = invocation_args_dict.get('event_time_start') %}
    {% set end = invocation_args_dict.get('event_time_end') %}
    {% if start and end %}
        {% set ns = namespace(month=(start | string)[:7] ~ '-01') %}
        {% for _ in range(1200) if ns.month < (end | string)[:10] %}
            {% do months.append(ns.month) %}
            {% set ns.month = next_month(ns.month) | trim %}
        {% endfor %}
    {% endif %}
    {{ return(months) }}
{% endmacro %}
