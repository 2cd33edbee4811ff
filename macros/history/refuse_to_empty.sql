{# `--empty` reads no row of anything: on a target with data that would look like a delivery of nothing. #}
{% macro refuse_to_empty() %}
    {% for node in graph.nodes.values() if node.config.materialized in ('incremental', 'snapshot') %}
        {% set relation = adapter.get_relation(node.database, node.schema, node.alias) %}
        {% if relation is not none and is_filled(relation) %}
            {{ exceptions.raise_compiler_error(
                "--empty would take all rows out of this target, and " ~ relation.identifier ~ " has some: leave it "
                ~ "out, or take a target that has no data (such as TICKIT_WAREHOUSE=/tmp/empty.duckdb)."
            ) }}
        {% endif %}
    {% endfor %}
{% endmacro %}
