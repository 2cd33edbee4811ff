{# The deliveries of which this model does not know the number of lines, by raw table: {listing: [2008-12], ...}. #}
{% macro uncounted_deliveries() %}
    {% set uncounted = {} %}
    {% for table in raw_tables() %}{% do uncounted.update({table: []}) %}{% endfor %}
    {% set query %}
        select table_name, delivery
        from {{ ref('base_tickit__deliveries') }}
        where delivery_version not in (select delivery_version from {{ this }})
        order by table_name, delivery
    {% endset %}
    {% for table, delivery in run_query(query).rows if table in uncounted %}
        {% do uncounted[table].append(delivery) %}
    {% endfor %}
    {{ return(uncounted) }}
{% endmacro %}
