{#
    `dbt clone` puts another target's tables in place of those here, or views on them. A snapshot is never cloned, and
    where snapshots are, nothing is: the next run would take the other target's rows for changes. Replaces dbt's
    materialization of the same name.
#}
{% materialization clone, default %}
    {% if model.resource_type == 'snapshot' or snapshots_there() %}
        {% do log(model.name ~ " is not cloned: " ~ (
            "a history belongs to its target." if model.resource_type == 'snapshot'
            else "this target has snapshots, which would take it for a change."
        ), info=true) %}
        {{ return({'relations': []}) }}
    {% endif %}
    {{ return(dbt.materialization_clone_default()) }}
{% endmaterialization %}
