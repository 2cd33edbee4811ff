{#- A line of JSON each, which `tickit review` reads from dbt's events. -#}
{% macro print_columns(relations) %}
    {% for name, place in relations.items() %}
        {% set relation = adapter.get_relation(place.database, place.schema, place.identifier) %}
        {% set columns = [] %}
        {% if relation is not none %}
            {% for column in adapter.get_columns_in_relation(relation) %}
                {% do columns.append([column.name, column.data_type]) %}
            {% endfor %}
        {% endif %}
        {% do log(tojson({'name': name, 'rows': columns}), info=true) %}
    {% endfor %}
{% endmacro %}
