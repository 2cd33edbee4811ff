{% macro makes_history() %}
    {% set behind = graph.nodes.values() | selectattr('resource_type', 'equalto', 'snapshot')
        | map(attribute='unique_id') | list %}
    {#- Jinja's loop sees what is appended to its list: parents of parents too. -#}
    {% for id in behind %}
        {% for parent in graph.nodes[id].depends_on.nodes if parent in graph.nodes and parent not in behind %}
            {% do behind.append(parent) %}
        {% endfor %}
    {% endfor %}
    {{ return(selected_resources | select('in', behind) | list | length > 0) }}
{% endmacro %}
