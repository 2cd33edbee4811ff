{#
    How a raw table is delivered in folders of a month: the partition column, the raw field whose time decides the
    folder, and its name in the lakehouse. None for a table that comes as a whole.
#}
{% macro delivered_by_month(table) %}
    {{ return({
        'listing': {'month': 'listing_month', 'raw_time': 'listtime', 'time': 'listed_at'},
        'sale': {'month': 'sale_month', 'raw_time': 'saletime', 'time': 'sold_at'},
    }.get(table)) }}
{% endmacro %}
