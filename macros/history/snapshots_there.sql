{% macro snapshots_there() %}
    {% set found = [] %}
    {% for node in graph.nodes.values() | selectattr('resource_type', 'equalto', 'snapshot') %}
        {% set relation = adapter.get_relation(node.database, node.schema, node.alias) %}
        {% if relation is not none %}{% do found.append(relation) %}{% endif %}
    {% endfor %}
    {{ return(found) }}
{% endmacro %}
