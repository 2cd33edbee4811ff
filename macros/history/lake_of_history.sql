{#
    For a lake from `make lake`, what it was generated from, so that it can be moved and another one in its place is
    noticed; for any other, its location. Read from the staged tables, because TICKIT_LAKE may have changed since.
#}
{% macro lake_of_history() %}
    {% if not (execute and flags.INTROSPECT) %}
        {{ return(none) }}
    {% endif %}
    {% set user = graph.sources['source.tickit_lakehouse.tickit_external.user'] %}
    {% set schema = api.Relation.create(user.database, user.schema).without_identifier() %}
    {% set lakes = [] %}
    {% for location in external_tables.staged_locations(schema).values() if '/raw_tickit_data/' in location %}
        {% set lake = location.rpartition('/raw_tickit_data/')[0] %}
        {% if lake not in lakes %}{% do lakes.append(lake) %}{% endif %}
    {% endfor %}
    {% if lakes | length > 1 %}
        {{ exceptions.raise_compiler_error(
            "The external tables read more than one lake (" ~ lakes | join(", ") ~ "): run stage_external_sources for "
            ~ "all of them."
        ) }}
    {% endif %}
    {{ return((made_up_lake(lakes[0]) or lakes[0]) if lakes else none) }}
{% endmacro %}
