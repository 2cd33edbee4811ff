{#
    No row may end before it begins, even if the clock was set back.
#}
{% macro snapshot_get_time() %}
    {% set now = dbt.snapshot_get_time() | trim %}
    {% if load_cached_relation(this) is none %}
        {{ return(now) }}
    {% endif %}
    {% set now, latest = run_query(
        "select " ~ now ~ ", max(coalesce(dbt_valid_to, dbt_valid_from)) from " ~ this
    ).rows[0] %}
    {% if latest is not none and now <= latest %}
        {#- Redshift's clock ticks in seconds: two runs within one are no mistake. -#}
        {% if (latest - now).total_seconds() > 1 %}
            {% do exceptions.warn(
                this.identifier ~ " has a row of " ~ latest ~ ", and the clock says " ~ now ~ " (UTC): changes of this "
                ~ "run are noted after that row. Was the clock set back? See what is right, and set it."
            ) %}
        {% endif %}
        {% set now = latest + modules.datetime.timedelta(microseconds=1) %}
    {% endif %}
    {{ return("cast(" ~ external_tables.sql_literal(now) ~ " as timestamp)") }}
{% endmacro %}
