{#
    The only definition of a delivery, and it does not need the lake: a table with a partition by month has a delivery
    for each folder of a declared month; any other table is one delivery, whatever its folders are called.
#}
{% macro declared_deliveries() %}
    {% set deliveries = [] %}
    {% for table, declared in raw_tables().items() %}
        {% set folder = 'raw_tickit_data/' ~ table ~ '/' %}
        {% if declared.month %}
            {% for month in external_tables.months_in_range(var('first_declared_month'), var('last_declared_month')) %}
                {% do deliveries.append([table, month, folder ~ external_tables.key_value(declared.month.column, month) ~ '/']) %}
            {% endfor %}
        {% else %}
            {% do deliveries.append([table, 'all', folder]) %}
        {% endif %}
    {% endfor %}
    {{ return(deliveries) }}
{% endmacro %}
