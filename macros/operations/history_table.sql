{# A job that fails before its first build has a history too. #}
{% macro history_table(name) %}
    {% set node = graph.nodes['model.tickit_lakehouse.' ~ name] %}
    {% set relation = adapter.get_relation(node.database, node.schema, node.alias) %}
    {% if relation is not none %}
        {{ return(relation) }}
    {% endif %}
    {% set relation = api.Relation.create(node.database, node.schema, node.alias, type='table') %}
    {% set columns = [] %}
    {% for column in node.columns.values() %}
        {% do columns.append(column.name ~ ' ' ~ column.data_type ~ (' not null' if column.constraints else '')) %}
    {% endfor %}
    {% if not adapter.check_schema_exists(node.database, node.schema) %}
        {% do adapter.create_schema(relation) %}
    {% endif %}
    {% call statement('create_' ~ name) %}
        create table if not exists {{ relation }} ({{ columns | join(', ') }})
    {% endcall %}
    {{ return(relation) }}
{% endmacro %}
