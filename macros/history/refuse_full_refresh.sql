{#
    `--full-refresh` of a big table (`meta.is_big`) reads years of raw text, on Redshift for money: it is refused unless
    TICKIT_REBUILD_FACTS says that it is meant. dbt's own `full_refresh: false` would ignore the flag in silence, and leave
    rows of the old code in the table.
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
