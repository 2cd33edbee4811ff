{#
    Every delivery would look empty, and results that Python models publish without rows would replace those in the lake,
    which other targets read.
#}
{% macro refuse_to_empty() %}
    {% for node in graph.nodes.values() if node.config.materialized in ('incremental', 'snapshot') %}
        {% set relation = adapter.get_relation(node.database, node.schema, node.alias) %}
        {% if relation is not none and run_query('select 1 as found from ' ~ relation ~ ' limit 1').rows | length %}
            {{ exceptions.raise_compiler_error(
                "--empty would take all rows out of this target, and " ~ relation.identifier ~ " has some: leave it "
                ~ "out, or take a target that has no data (such as TICKIT_WAREHOUSE=/tmp/empty.duckdb)."
            ) }}
        {% endif %}
    {% endfor %}
    {% set published = graph.nodes.values() | selectattr('config.materialized', 'equalto', 'external')
        | map(attribute='unique_id') | select('in', selected_resources) | list %}
    {% if target.type == 'duckdb' and published %}
        {{ exceptions.raise_compiler_error(
            "--empty would publish results without rows over those in the lake: leave the Python models out "
            ~ "(--exclude tag:python)."
        ) }}
    {% endif %}
{% endmacro %}
