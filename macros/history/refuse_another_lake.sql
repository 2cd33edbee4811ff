{# All rows of another lake would look like changes. #}
{% macro refuse_another_lake() %}
    {% set lake = lake_of_history() %}
    {% for snapshot in snapshots_there()
        if lake and 'lake' in adapter.get_columns_in_relation(snapshot) | map(attribute='name') %}
        {% set noted = run_query(
            "select distinct lake from " ~ snapshot ~ " where dbt_valid_to is null and lake is not null"
        ).columns[0].values() | reject('in', [lake, env_var('TICKIT_SAME_LAKE_AS', '')]) | list %}
        {% if noted %}
            {{ exceptions.raise_compiler_error(
                snapshot.identifier ~ " is the history of another lake (" ~ noted[0] ~ ") than the one that is staged ("
                ~ lake ~ "): stage that one, or take a warehouse of its own for this one (TICKIT_WAREHOUSE, on "
                ~ "Redshift REDSHIFT_SCHEMA). docs/new_data.md says what to do if it is the same lake, moved."
            ) }}
        {% endif %}
    {% endfor %}
{% endmacro %}
