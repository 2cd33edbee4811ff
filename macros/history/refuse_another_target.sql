{# The rows of another target are not part of this target's history. #}
{% macro refuse_another_target(relations) %}
    {% for relation in relations %}
        {% for node in graph.nodes.values()
            if node.resource_type == 'model' and node.alias == relation.identifier
            and (node.database, node.schema) != (relation.database, relation.schema) %}
            {{ exceptions.raise_compiler_error(
                "--defer lets " ~ this.identifier ~ " read " ~ relation.render() ~ ", which is not of this target: "
                ~ "build " ~ relation.identifier ~ " here, or leave the snapshot out "
                ~ "(--exclude resource_type:snapshot)."
            ) }}
        {% endfor %}
    {% endfor %}
{% endmacro %}
