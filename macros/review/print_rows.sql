{#- A line of JSON each, which `tickit review` reads from dbt's events: so both engines are asked in one way. -#}
{% macro print_rows(queries) %}
    {% for name, query in queries.items() %}
        {% set rows = [] %}
        {% for row in run_query(query).rows %}
            {% do rows.append(row.values() | list) %}
        {% endfor %}
        {% do log(tojson({'name': name, 'rows': rows}), info=true) %}
    {% endfor %}
{% endmacro %}
