{#
    It would read years of raw text, which Redshift charges for. dbt's own `full_refresh: false` would silently ignore
    the flag and leave rows of the old code in the table.
#}
{% macro refuse_full_refresh() %}
    {% if env_var('TICKIT_REBUILD_FACTS', 'no') == 'yes' %}
        {{ return('') }}
    {% endif %}
    {% for node in graph.nodes.values() if node.unique_id in selected_resources and node.config.meta.is_big %}
        {% if adapter.get_relation(node.database, node.schema, node.alias) is not none %}
            {{ exceptions.raise_compiler_error(
                node.alias ~ " is big, and --full-refresh would rebuild all of it from the lake. Without the option, new "
                ~ "and changed files are loaded; if the code has changed, set TICKIT_REBUILD_FACTS=yes and run again."
            ) }}
        {% endif %}
    {% endfor %}
{% endmacro %}
