{#
    The deliveries of which this model does not know the number of lines, and those of a backfill, by raw table:
    {listing: [2008-12], ...}. None is counted again: files that could not be read for a moment have no lines either.
#}
{% macro uncounted_deliveries() %}
    {% set uncounted = {} %}
    {% for table in raw_tables() %}{% do uncounted.update({table: []}) %}{% endfor %}
    {% set query %}
        select table_name, delivery
        from {{ ref('base_tickit__deliveries') }}
        where delivery_version not in (select delivery_version from {{ this }} where line_count > 0)
        order by table_name, delivery
    {% endset %}
    {% for table, delivery in run_query(query).rows if table in uncounted %}
        {% do uncounted[table].append(delivery) %}
    {% endfor %}
    {% for table, deliveries in uncounted.items() if raw_tables()[table].month %}
        {% for month in backfill_months() if month[:7] not in deliveries %}{% do deliveries.append(month[:7]) %}{% endfor %}
    {% endfor %}
    {{ return(uncounted) }}
{% endmacro %}
